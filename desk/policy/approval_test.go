package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// crew is a policy with a line of its only mailbox.
func crew(line string) []byte {
	return []byte(`desk: D
timezone: UTC
mailboxes:
  - address: m@a.test
    name: M
    members: [ana@a.test, ben@a.test, mia@a.test]
    ` + line + `
  - {address: s@a.test, name: S, members: [leo@a.test]}
members:
  - {email: ana@a.test, name: Ana A, role: agent}
  - {email: ben@a.test, name: Ben B, role: agent}
  - {email: mia@a.test, name: Mia M, role: manager}
  - {email: leo@a.test, name: Leo L, role: agent}
teams:
  - {name: Leads, members: [mia@a.test, leo@a.test]}
  - {name: Far, members: [leo@a.test]}
`)
}

func TestApprovalKeysThatAreWrong(t *testing.T) {
	for line, want := range map[string]string{
		"approval: yes please":                              `p:7:15: approval must have the keys for, by, this is a text`,
		"approval: {from: [agent], by: [mia@a.test]}":       `from`,
		"approval: {for: [agent]}":                          `approval needs by`,
		"approval: {for: [], by: [mia@a.test]}":             `for is empty: for answers that need no yes, remove approval`,
		"approval: {for: [agent], by: []}":                  `by is empty: for answers that need no yes, remove approval`,
		"approval: {for: agent, by: [mia@a.test]}":          `for must be a list, this is a text`,
		"approval: {for: [agents], by: [mia@a.test]}":       `p:7:22: "agents" is nobody: write a role (agent, manager, admin or guest), an address, or team: and a team's name`,
		"approval: {for: [agent, agent], by: [mia@a.test]}": `p:7:29: agent is named twice: keep one`,
		"approval: {for: [zoe@a.test], by: [mia@a.test]}":   `p:7:22: zoe@a.test is not on the roster`,
		"approval: {for: [leo@a.test], by: [mia@a.test]}":   `p:7:22: leo@a.test does not work in m@a.test`,
		"approval: {for: [agent], by: [leo@a.test]}":        `p:7:35: leo@a.test does not work in m@a.test`,
		"approval: {for: [agent], by: [Leads]}":             `p:7:35: Leads is a team: write team:Leads`,
		`approval: {for: [agent], by: ["team:Leeds"]}`:      `there is no team Leeds, did you mean team:Leads?`,
		`approval: {for: [agent], by: ["team:Far"]}`:        `p:7:35: nobody of the team Far works in m@a.test`,
		"approval: {for: [ben@a.test], by: [ben@a.test]}":   `p:7:39: only ben@a.test could say yes, and nobody does to their own answer: name somebody else too`,
		"approval: {for: [manager], by: [mia@a.test]}":      `p:7:36: only mia@a.test could say yes, and nobody does to their own answer: name somebody else too`,
	} {
		_, err := Parse("p", crew(line))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

func TestApprovalKeys(t *testing.T) {
	for line, want := range map[string]desk.Approval{
		"": {},
		`approval: {for: [guest, agent, "team:Leads"], by: ["team:Leads", ben@a.test]}`: {
			For: []desk.Email{"mia@a.test"}, Roles: []desk.Role{desk.Guest, desk.Agent}, By: []desk.Email{"mia@a.test", "ben@a.test"}},
	} {
		p, err := Parse("p", crew(line))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if diff := cmp.Diff(want, p.Mailboxes[0].Approval); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}
