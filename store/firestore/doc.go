// Package firestore keeps Baton's state in a Firestore database, so that
// several processes on several machines serve one desk. It is the store of a
// deployment that has outgrown one machine.
//
// The collections. An id in braces is escaped (see docID); data is the value
// as JSON, all other fields are keys by which it is found or guarded:
//
//   - conversations/{id}: the records; data, row (what lists show), the lists'
//     sort keys mailbox, status, holder, queue, waiting, due, opened_at (since when
//     it waits), last_at, customer, id, and labels_rev. They are guarded (v,
//     commits; see guard.go). looks, which is not guarded, says who has the record
//     before them (look.go).
//   - conversations/{id}/events/{first number}: the events of one change
//   - conversations/{id}/notes/{id}: the notes, by at and id
//   - ledger/m~{mailbox's hash}~{message}: one line for each message, with
//     mailbox, verdict, and the handles that came with it (handles, of)
//   - ledger/h~{hash}: a handle that was learnt without a message. It is in the
//     same collection, because then one query finds both.
//   - intents/{id}: the outbox; open, background, created_at, due, id, state,
//     holder; guarded. expires is set once an intent is done or cancelled.
//   - mentions/{hash}: who was named where: person, open, at, conversation,
//     note. expires is set once a mention is done.
//   - shares/{conversation}~{share}: copied from the record for the one list
//     that starts from a person: person, at, until, conversation, expires
//   - mailboxes/{address}, grants/{address}, leases/{name}: a small guarded
//     document each; a grant that was dropped keeps its rev
//   - policies/{version}: every policy ever in force
//   - settings/policy: which version is the current one; guarded
//   - settings/probe: what Ping writes after a failure
//   - presences/{member}, turns/{hash}: what members set, whose turn it is
//   - groups/{id}: changes of many conversations, to undo them; data, expires
//   - identities/{hash}: the addresses of one customer, by each; data, mailbox
//
// Times are microseconds since 1970 in UTC, but for the fields named expires:
// these are timestamps, for Firestore's time-to-live policies on intents,
// mentions, shares and groups. Nothing depends on those policies: what expires has no
// effect any more, but that Intents counts it, whether it is still there or not.
// Ledger lines, leases (their fences must grow) and records never expire.
//
// Nothing is counted in a document of its own: Verdicts, Statuses and Intents
// ask for aggregations. A counter would be written with every mail, so it would
// have to be sharded, and would make each mail and each settlement cost one or
// two writes more; an aggregation costs one read for each 1,000 index entries,
// and is asked for now and then.
//
// What it costs, in documents (cost_test.go): a mail is 2 reads and 4 writes,
// namely the record, its events, the ledger line with its handles, and the
// intent; settling that intent is 1 read and 1 write more in the process that
// claimed it (held.go), in another 2 reads. A mail to a conversation that somebody
// holds reads their availability as well. A mail in a thread that was merged into
// another conversation changes both records: 5 reads and 6 writes when somebody
// holds it. A merge is 4 reads and 5 writes. A card is 2 reads, from a merged
// thread 3; what is known of a customer is 2 and one for each of their
// conversations, at most 50. With the first labels of a new conversation, after
// the mail is recorded, 2 reads and one for each of the customer's newest six
// conversations look for others about the same matter. That a mail takes
// 3 reads and 5 writes from its arrival until its labels are on is close to
// the least: the read at the end is of the record, which another process may
// have changed while the labels were written, and nothing but a read tells.
// One record takes about one change a second for long, in bursts more; a
// collection about 500 new documents a second, because their times are indexed.
//
// indexes.json lists the composite indexes, the single-field indexes that are
// switched off, and the time-to-live policies, for `firebase deploy --only
// firestore:indexes`. The emulator needs none; a test compares the file with
// the queries.
//
// Where to look:
//
//   - store.go, call.go, error.go: opening, closing, calls and their failures
//   - guard.go, settled.go, commit.go, held.go: how a change is made once, in effect
//   - query.go: the one place where queries are built
//   - conversation.go, change.go: Update
//   - the other files are named for the port that they serve
//
// No read-write transactions are used: under contention they wait for locks.
package firestore
