package addon

import (
	"errors"
	"fmt"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// fault answers an event that could not be done as asked: what happened, what
// was kept, what to do. The returned error is for the log and nil when the
// cause lies with the person's input or with somebody being first.
func (a *Addon) fault(rq *request, path string, err error) (wire.Answer, string, error) {
	var conflict *desk.Conflict
	var problem *desk.Problem
	switch {
	case errors.As(err, &conflict) && conflict.Acted != nil:
		return a.undoConflict(rq, conflict), "conflict", nil
	case errors.As(err, &conflict) && conflict.Aspect == desk.Talk && path == "/addon/do/yes":
		return a.yesOvertaken(rq, conflict), "conflict", nil
	case errors.As(err, &conflict) && conflict.Aspect == desk.Talk:
		return a.overtaken(rq, conflict), "conflict", nil
	case errors.As(err, &conflict):
		return a.conflict(rq, conflict), "conflict", nil
	case errors.Is(err, desk.ErrNotFound):
		return a.show(rq, path, a.withHome(rq, a.strangerCard())), "unknown", nil
	case errors.As(err, &problem):
		return a.refuse(rq, path, problem), "refused", nil
	case errors.Is(err, desk.ErrInvalid) && rq.ev.Parameter("after") != "":
		return a.show(rq, path, a.plainCard("That page is no longer there", "Nothing was changed. Open the list again from its beginning.")), "refused", nil
	case errors.Is(err, desk.ErrInvalid):
		return a.show(rq, path, a.plainCard("That cannot be kept as it is", "Nothing was changed. Look at what you chose, days and times above all, and try again.")), "refused", err
	case errors.Is(err, desk.ErrTooLarge):
		return a.broke(rq, path, "This is too much for one conversation", "Nothing was changed. Shorten what you wrote, or put it into a document and name that in a note."), "refused", nil
	case errors.Is(err, desk.ErrUnavailable):
		return a.broke(rq, path, "Baton cannot reach its records", fmt.Sprintf("Nothing was changed. Try again in a minute. If it stays like this, give your admin this reference: %s", rq.id)), "unavailable", err
	}
	return a.broke(rq, path, "That did not work", fmt.Sprintf("Something went wrong on Baton's side and nothing was changed. Try again. If it stays like this, give your admin this reference: %s", rq.id)), "error", err
}

// conflict shows the conversation as it is now, with who was first.
func (a *Addon) conflict(rq *request, c *desk.Conflict) wire.Answer {
	p := a.o.Desk.Policy()
	v, err := a.o.Desk.SeenAs(rq.who, c.Now)
	if err == nil && c.Aspect == desk.Joining && c.Now.Merged != nil {
		v, err = a.o.Desk.OpenID(rq.Context(), rq.who, c.Now.ID) // the one that it was merged into
	}
	if err != nil {
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.strangerCard())}}, Changed: true}
	}
	d := drawing{a: a, rq: rq, p: p, v: v}
	what := map[desk.Aspect]string{
		desk.Assignment: d.holderNow(), desk.Progress: "It is now " + lowerFirst(v.Status.Name()) + ".",
		desk.Urgency: "Its priority is now " + priorityName(v.Priority) + ".", desk.Sharing: "Its shares have changed.", desk.Tagging: "Its tags have changed.",
		desk.Delivery: "An answer that came back was seen to.", desk.Joining: "It was merged into this conversation.",
	}[c.Aspect]
	first := doer(p, c.By, c.Via) + " was first, " + rq.r.ago(c.At) + ". "
	if c.Aspect == desk.Progress && c.By == "" && c.Via == "" {
		first = "A mail came in since you opened this, " + rq.r.ago(c.At) + ". Read it first. "
	}
	banner := card.Join(card.Bold(first), card.Text(what+" Yours was not done; nothing was overwritten."))
	return a.back(rq, a.messageCard(rq, v, banner), "", true)
}

func (d drawing) holderNow() string {
	switch d.v.Assignee {
	case "":
		return "Nobody holds it now."
	case d.rq.who:
		return "You hold it now."
	}
	return named(d.p, d.v.Assignee) + " holds it now."
}

// refuse says what was wrong with the input. A form is shown again with what
// was typed; elsewhere a line below the card says it.
func (a *Addon) refuse(rq *request, path string, p *desk.Problem) wire.Answer {
	verb, isAction := strings.CutPrefix(path, "/addon/do/")
	if isAction && rq.ev.Parameter("form") != "" {
		if c, ok := a.formAgain(rq, verb, p.Say); ok {
			return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}, Notify: p.Say}}
		}
	}
	if verb == "note" {
		// The field stands on the conversation's own card, which is drawn again
		// with what was typed.
		if c, ok := a.noteAgain(rq, p.Say); ok {
			return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}, Notify: p.Say}}
		}
	}
	if isAction {
		return wire.Submit{Render: wire.Render{Notify: p.Say}}
	}
	return a.show(rq, path, a.plainCard("That cannot be done", p.Say))
}

// broke says what failed on Baton's side. A form stays as it is before the person,
// with all that they typed, and a line below says it: nothing can be read to draw
// it anew.
func (a *Addon) broke(rq *request, path, title, text string) wire.Answer {
	verb, isAction := strings.CutPrefix(path, "/addon/do/")
	if isAction && (rq.ev.Parameter("form") != "" || verb == "note") {
		return wire.Submit{Render: wire.Render{Notify: title + ". " + text}}
	}
	return a.show(rq, path, a.plainCard(title, text))
}

// show answers with one card in the form that the address asks for.
func (a *Addon) show(rq *request, path string, c card.Card) wire.Answer {
	switch {
	case path == "/addon/suggest":
		return wire.Suggestions{}
	case strings.HasPrefix(path, "/addon/do/"):
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}}}
	}
	return wire.Show(c)
}

// strangerCard is the answer for a message that is no conversation and for one
// that the person may not see: the two cannot be told apart.
func (a *Addon) strangerCard() card.Card {
	return a.plainCard(a.o.Desk.Policy().Desk, "This message is not one of the team's conversations. Open a message of a shared mailbox, or one that a colleague shared with you.")
}

func (a *Addon) plainCard(title, text string) card.Card {
	return card.Card{Header: card.Header{Title: title}, Sections: []card.Section{{
		Widgets: []card.Widget{card.TextParagraph{Text: card.Text(text)}},
	}}}
}
