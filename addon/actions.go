package addon

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// pageRows is how many rows a card with a long list shows at a time.
const pageRows = 25

// actions are the buttons, by the last part of their address.
func (a *Addon) actions() map[string]handler {
	d := a.o.Desk
	type conv = desk.Conversation
	type id = desk.ConversationID
	say := func(s string) func(*request, desk.View) string {
		return func(*request, desk.View) string { return s }
	}
	return map[string]handler{
		"take": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.Take(rq.Context(), rq.who, c, seen)
		}, say("You hold this now.")),
		"give": a.give,
		"decline": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.Decline(rq.Context(), rq.who, c, seen, rq.ev.Form("why"))
		}, say("Declined. It is back in the queue.")),
		"release": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.Release(rq.Context(), rq.who, c, seen)
		}, say("It is back in the queue.")),
		"close": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.Close(rq.Context(), rq.who, c, seen)
		}, say("Closed.")),
		"reopen": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.Reopen(rq.Context(), rq.who, c, seen)
		}, say("Open again.")),
		"status": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.SetStatus(rq.Context(), rq.who, c, seen, desk.Status(rq.ev.Parameter("to")))
		}, func(_ *request, v desk.View) string { return v.Status.Name() + "." }),
		"snooze": a.change(a.snooze, snoozed),
		"wake": a.change(func(rq *request, c id, seen desk.Seen) (conv, error) {
			return d.WakeNow(rq.Context(), rq.who, c, seen)
		}, say("Awake again.")),
		"sort":        a.change(a.sort, say("Saved.")),
		"note":        a.addNote,
		"note-edit":   a.editNote,
		"note-delete": a.eraseNote,
		"offer-share": a.change(a.offerShare, say("Shared. They find it in Baton under “Shared with me”, with your note.")),
		"todo":        a.change(a.todo, say("Added.")),
		"todo-done":   a.todoDone,
		"follow": a.change(func(rq *request, c id, _ desk.Seen) (conv, error) {
			return d.Follow(rq.Context(), rq.who, c, desk.FollowLevel(rq.ev.Form("level")))
		}, followed),
		"share": a.shareOrPick,
		"share-stop": a.change(func(rq *request, c id, _ desk.Seen) (conv, error) {
			return d.StopShare(rq.Context(), rq.who, c, desk.ShareID(rq.ev.Parameter("s")))
		}, say("Stopped. They cannot open it any more.")),

		"reply":      a.change(a.reply, replied),
		"reply-form": a.look(a.replyForm),
		"reply-undo": a.replyUndo,
		"ask":        a.change(a.ask, a.waiting),
		"yes-form":   a.look(a.yesForm),
		"yes":        a.change(a.yes, approved),
		"give-back":  a.change(a.giveBack, say("Given back, with your word as a note.")),
		"send-now":   a.change(a.sendNow, replied),
		"reply-text": a.replyText,
		"draft":      a.draft,
		"draft-open": a.draftOpen,

		"texts":       a.texts,
		"text-insert": a.textInsert,

		"customer": a.look(a.customer),
		"merge":    a.merge,
		"separate": a.change(func(rq *request, c id, _ desk.Seen) (conv, error) {
			return d.Separate(rq.Context(), rq.who, c, id(rq.ev.Parameter("o")))
		}, say("Separated. It stands for itself again.")),
		"same-person": a.change(a.samePerson, same),
		"not-same":    a.change(a.otherPerson, say("Noted. They are two people.")),

		"read": a.read,

		"merge-form":   a.look(a.mergeForm),
		"give-form":    a.push(desk.RightAssign, func(_ *request, d drawing) card.Card { return d.giveForm("") }),
		"snooze-form":  a.push(desk.RightProgress, func(_ *request, d drawing) card.Card { return d.snoozeForm("") }),
		"decline-form": a.push(desk.RightAssign, func(_ *request, d drawing) card.Card { return d.declineForm("") }),
		"share-form":   a.look(a.beginShare),
		"sort-form":    a.push(desk.RightSort, func(_ *request, d drawing) card.Card { return d.sortForm("") }),
		"open": a.push(desk.RightSee, func(rq *request, d drawing) card.Card {
			return a.messageCard(rq, d.v, card.HTML{})
		}),
		"note-form":        a.note(func(d drawing, n desk.Note) card.Card { return d.noteForm(n, "") }, drawing.mayNotEdit),
		"note-versions":    a.note(drawing.versionsCard, func(drawing, desk.Note) string { return "" }),
		"note-delete-form": a.note(drawing.eraseForm, drawing.mayNotErase),
		"todo-form":        a.push(desk.RightAssign, func(_ *request, d drawing) card.Card { return d.todoForm("", "") }),
		"follow-form":      a.push(desk.RightSee, func(_ *request, d drawing) card.Card { return d.followForm("") }),
		"history": a.look(func(rq *request, c id) (desk.View, func(drawing) card.Card, error) {
			v, events, next, err := d.History(rq.Context(), rq.who, c, page(rq))
			if err != nil {
				return v, nil, err
			}
			can, err := d.UndoableOf(rq.Context(), rq.who, v, events)
			return v, func(dr drawing) card.Card { return dr.historyCard(events, next, can) }, err
		}),
		"notes": a.look(func(rq *request, c id) (desk.View, func(drawing) card.Card, error) {
			v, notes, next, err := d.Notes(rq.Context(), rq.who, c, page(rq))
			return v, func(dr drawing) card.Card { return dr.notesCard(notes, next) }, err
		}),
		"back": a.goBack,
		"bounce-seen": a.change(func(rq *request, c id, _ desk.Seen) (conv, error) {
			return d.SeeBounce(rq.Context(), rq.who, c)
		}, say("Marked as seen.")),

		"intake-form": a.intakeForm,
		"intake":      a.intake,

		"undo":      a.undo,
		"bulk-form": a.bulkForm,
		"bulk":      a.bulk,
		"bulk-undo": a.bulkUndo,

		"home":         a.homeOver,
		"take-next":    a.takeNext,
		"list":         a.list,
		"presence":     a.presence,
		"absence-form": a.absenceForm,
		"absence":      a.absence,
		"reoffer":      a.reoffer,
		"take-back":    a.takeBack,
		"lost-seen":    a.lostSeen,
		"mention-done": a.mentionDone,
		"named":        a.namedList,
	}
}

func page(rq *request) desk.Page {
	return desk.Page{After: desk.Next(rq.ev.Parameter("after")), Limit: pageRows}
}

// sort saves priority and tags. Each is a change of its own, so that what two
// people sort at once both holds.
func (a *Addon) sort(rq *request, id desk.ConversationID, seen desk.Seen) (desk.Conversation, error) {
	d, ctx := a.o.Desk, rq.Context()
	v, err := d.OpenID(ctx, rq.who, id)
	if err != nil {
		return desk.Conversation{}, err
	}
	c, to := v.Conversation, desk.Priority(rq.ev.Form("priority"))
	switch to {
	case "":
		to = c.Priority // the form does not say
	case "normal":
		to = desk.Normal
	case desk.High:
	default:
		return d.SetPriority(ctx, rq.who, id, seen, to) // which says what there is
	}
	if tags := rq.ev.Form("tag"); strings.TrimSpace(tags) != "" {
		if c, err = d.AddTags(ctx, rq.who, id, tags); err != nil {
			return c, err
		}
	}
	keep := rq.ev.FormList("keep")
	shown := strings.Fields(rq.ev.Parameter("tags"))
	for _, t := range v.Tags {
		if slices.Contains(shown, tagMark(t)) && !containsFold(keep, t) {
			if c, err = d.RemoveTag(ctx, rq.who, id, t); err != nil {
				return c, err
			}
		}
	}
	if to != c.Priority {
		c, err = d.SetPriority(ctx, rq.who, id, seen, to)
	}
	return c, err
}

// tagMark stands for a tag in a button's parameters, which have no room for all
// tags at their longest: 8 hex digits that follow from the tag.
func tagMark(tag string) string {
	sum := sha256.Sum256([]byte(tag))
	return hex.EncodeToString(sum[:4])
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// takeNext takes the first of a queue and shows it.
func (a *Addon) takeNext(rq *request) (wire.Answer, error) {
	m := desk.Mailbox(rq.ev.Parameter("m"))
	c, err := a.o.Desk.TakeNext(rq.Context(), rq.who, m)
	if isNotFound(err) {
		return a.homeAgain(rq, "The queue is empty.")
	}
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, c)
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Push(a.messageCard(rq, v, card.HTML{}))}, Notify: "You hold this now."}, Changed: true}, nil
}

var listTitles = map[desk.List]string{desk.ListMine: "Mine", desk.ListQueue: "Queue", desk.ListLate: "Late"}

func (a *Addon) list(rq *request) (wire.Answer, error) {
	q := desk.Query{List: desk.List(rq.ev.Parameter("l"))}
	title, ok := listTitles[q.List]
	if !ok {
		return nil, desk.ErrNotFound
	}
	m := desk.Mailbox(rq.ev.Parameter("m"))
	if m != "" {
		q.Mailboxes = []desk.Mailbox{m}
	}
	rows, next, err := a.o.Desk.ListFor(rq.Context(), rq.who, q, page(rq))
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Show(a.listCard(rq, title, q.List, m, rows, next))}, nil
}

// homeAgain draws the home card anew, from itself or from a card over it, and
// says something.
func (a *Addon) homeAgain(rq *request, notify string) (wire.Answer, error) {
	h, err := a.o.Desk.Home(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	return a.back(rq, a.homeCard(rq, h, card.HTML{}), notify, false), nil
}
