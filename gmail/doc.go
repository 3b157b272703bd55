// Package gmail brings mail in and out: it hears that a shared mailbox moved,
// reads what is new, hands each message to the desk once, and makes threads
// wear the labels that their records want.
//
// A tour, in the way of a mail:
//
//   - push.go, hint.go: Pub/Sub's push endpoint; a push is a doorbell, no more
//   - room.go, worker.go, schedule.go, lease.go, watch.go: one worker for each mailbox, when
//     it reads, and that only one process does
//   - state.go, roll.go: what is kept of a mailbox, and following what others set there
//   - pass.go, history.go, arrive.go, change.go: one reading of the history from
//     the stored cursor: new messages, vanished ones, label changes
//   - drafting.go: drafts that people write in known threads, from the history alone
//   - report.go, reportwhy.go: what a delivery report says, about which mail and why
//   - recover.go, gap.go, poison.go: the cursor is too old, or there is none yet
//   - audit.go: every night, what Gmail holds is compared with the ledger
//   - message.go, header.go, body.go, classify.go: a Gmail message becomes a
//     desk.Message and desk.Facts, and gets its verdict
//   - label.go, labelname.go, labelset.go: labels as desired state
//   - send.go, look.go, compose.go, clean.go, draft.go, sweep.go: a mail is written, put
//     into a draft, sent once, and looked for when nobody knows; left-over drafts go
//   - drafter.go: drafts for people to finish; sent.go, sending.go: what was sent needs no fetch;
//     sendas.go: from which addresses a mailbox may send
//   - thread.go, threadcache.go, letter.go, readable.go, bound.go: a thread is read for
//     people, live, and kept in memory for two minutes
//   - original.go, rawmail.go, importer.go: a thread that a person hands in is read with
//     their grant and put into a shared mailbox with ours
//   - client.go, call.go, retry.go, access.go, gate.go, window.go, unit.go: calls to Gmail
//     with their cost, their order and what to do when they fail
//   - account.go, token.go, secret.go: whose mailbox a call reads, and its token
//   - grant.go, connect.go: in which way a mailbox is reached, and how that changes
//   - delegation.go, keyless.go, keyfile.go: in the name of a service account
//   - consent.go, flow.go: by its owner's consent; package seal encrypts it
//   - refusal.go, remedy.go: who refused, and what a person can do about it
//
// The package never parses raw mail from outside: Gmail hands out headers and parts.
package gmail
