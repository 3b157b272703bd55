// Package policy reads and checks the desk's policy file: one YAML text with
// the roster, the teams, the rules and the settings of every mailbox.
//
// Parse either gives a policy that the rest of Baton may trust, or every fault
// that it can find, each with its line and column and with what would be right.
// The file's reference for admins is docs/policy.md.
//
// Where to look:
//
//   - parse.go: Parse and its limits
//   - fault.go: what is wrong, for people and as JSON
//   - syntax.go: from text to a YAML tree, with bounds on hostile texts
//   - table.go, value.go: the tree's tables, lists and values
//   - mailbox.go, member.go, team.go, rule.go, share.go, text.go: the sections of the file
//   - word.go: addresses, names, tags, durations
//   - spot.go: where a character of a value stands in the file
package policy
