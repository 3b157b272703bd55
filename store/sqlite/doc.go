// Package sqlite keeps Baton's state in one SQLite file on a local disk. It is
// the store of a deployment on one machine and of the unit tests.
//
// The tables (migrations/001_start.sql):
//
//   - conversation: the records, with the sort keys of the lists and who looks
//     at them (look.go) beside them
//   - event, note: a record's history and remarks, by record and number or id
//   - handle: by what a conversation is recognised
//   - mention, share: who was named, and to whom something is open; shares are
//     copied from the record for the one list that starts from a person
//   - line: the ledger
//   - intent: the outbox
//   - tally: records counted by status, lines by verdict, intents by state
//   - mailbox, lease, policy, presence, turn: the smaller ports, a table each
//   - setting: which policy version is the current one
//
// Where to look:
//
//   - store.go, file.go, lock.go, migrate.go: opening and closing a file
//   - writer.go: how waiting changes share one commit
//   - conn.go, reader.go: statements, kept prepared on the driver's own
//     interfaces, because database/sql costs as much as a small query
//   - conversation.go, change.go: Update
//   - the other files are named for the port that they serve
//
// One process owns the file (a lock file beside it says so), one connection
// writes, a few read. Every commit is durable: WAL with synchronous=FULL.
package sqlite
