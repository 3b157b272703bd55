// Package rule decides where a mail goes, and says why.
//
// A rule is a condition in the Common Expression Language and the actions that
// follow when it holds. Conditions are written by admins, but they read what
// strangers wrote: every input is capped, every evaluation has a budget, and
// functions whose work grows faster than their input are not offered.
//
// Where to look:
//
//   - language.go: variables, functions and limits of conditions
//   - check.go: what is wrong with a condition, at which line and column
//   - capital.go: texts that could never match because of their capitals
//   - pattern.go: the bounds of regular expressions
//   - engine.go: Compile, Route and Needs
//   - mail.go: one mail as conditions see it
//   - reason.go: the sentence that explains a decision
package rule
