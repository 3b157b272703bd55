// Package storetest is the contract of desk.Store as tests, and the benchmarks
// that every store runs. It assumes nothing of a store beyond desk/port.go: no
// SQL, no number of tries, no way of waiting.
//
// A store joins with two calls, Run and Bench, and a function that opens an
// empty store and has it closed when the test ends.
//
// Where to look: each file holds one port, the unhappy half first. fixture.go
// has what they share; linear.go checks histories of racing updates.
package storetest

import (
	"testing"

	"baton/desk"
)

// Run runs the contract. open gives an empty store for each test and closes it
// with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) desk.Store) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"conversations", conversationTests},
		{"two records", bothTests},
		{"races", raceTests},
		{"values", valueTests},
		{"history", historyTests},
		{"looks", lookTests},
		{"handles", handleTests},
		{"ledger", ledgerTests},
		{"lists", listTests},
		{"paging", pagingTests},
		{"people", personTests},
		{"claims", claimTests},
		{"settlements", settleTests},
		{"drafts", draftTests},
		{"cancellations", cancelTests},
		{"mailboxes", mailboxTests},
		{"grants", grantTests},
		{"leases", leaseTests},
		{"policies", policyTests},
		{"members", memberTests},
		{"groups", groupTests},
		{"customers", customerTests},
		{"erasing", eraseTests},
		{"linearizability", linearTests},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, test := range g.tests {
				t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
			}
		})
	}
}

type test struct {
	name string
	run  func(t *testing.T, s desk.Store)
}
