// Package desk is the core of Baton: what may be done with a conversation and
// what follows from it.
//
// A conversation is one Gmail thread in one shared mailbox and the record that
// Baton keeps of it. Desk's methods take an actor, check what that actor may
// do, change the record and say what follows: events (what happened, append
// only) and intents (effects on the outside world that the change promises).
// Record, events and intents are committed together through the one mutating
// call of the store, Update; package outbox keeps the promises afterwards.
//
// Where to look:
//
//   - conversation.go, episode.go, status.go: the record and its states
//   - receive.go: a message arrives in a shared mailbox
//   - assign.go: take, give, decline, release
//   - progress.go: close, reopen, wait; priority and tags
//   - reply.go: answering as the mailbox; replyto.go: who gets it; replyundo.go: taking back
//   - approval.go, approve.go: a colleague looks at an answer first; replylater.go: it goes later
//   - draft.go, draftsent.go: answering in a Gmail draft; sendas.go: from which address
//   - text.go: saved texts and their placeholders
//   - undo.go: taking a change back; bulk.go: one change of many conversations
//   - look.go, drafts.go, doubled.go: who else is at it, and who was
//   - bounce.go: an answer that was not delivered
//   - nap.go, hours.go: put aside until a time, a morning or a reply; waking
//   - merge.go, separate.go: two threads become one conversation, and two again;
//     join.go, bring.go, carry.go: what the kept one takes over, and shows of the other;
//     joinedmail.go, mirror.go, handmerged.go: what comes in the merged one, and its labels
//   - customer.go, alike.go: who else they are and wrote before; likely duplicates
//   - waiting.go, handout.go: what nobody was there for, and who gets it when they are back
//   - presence.go, deputy.go: who is there, until when not, and who stands in
//   - alarm.go, measure.go, working.go: a queue that grows calls its managers
//   - eligible.go, reoffer.go, plan.go: who may be given work; what an absent holder leaves
//   - intake.go, intaking.go, takeover.go: a member hands in a thread of their own mailbox
//   - note.go, share.go: remarks, and one conversation opened to one person
//   - mention.go, naming.go: who is named in a remark, and by which word
//   - todo.go, follow.go: what somebody is to do; who wants to hear of what
//   - notice.go, noticemany.go: whom a change tells of it by mail; noticego.go,
//     noticemail.go: looking again when the mail is due, and its words
//   - rights.go: who may do what; checked in this package and nowhere else
//   - label.go: the labels that a record wants its thread to wear
//   - port.go: what desk asks of a store
//
// The package uses the standard library only and does no I/O of its own.
package desk
