package addon

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// foldedDone is how many mentions of one row its button marks as dealt with; a
// button's parameters have room for no more.
const foldedDone = 20

// mentionSection is where a person was named, on their home card.
func (a *Addon) mentionSection(rq *request, ms []desk.Mentioned, all int) card.Section {
	s := card.Section{Header: card.Text("Mentions " + some(len(ms), all))}
	for _, m := range ms {
		s.Widgets = append(s.Widgets, a.mentionRow(rq, m, "home", ""))
	}
	return a.allNamed(s, "mentions", len(ms), all)
}

// allNamed ends a section with the way to the whole list.
func (a *Addon) allNamed(s card.Section, what string, shown, all int) card.Section {
	if all > shown {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: fmt.Sprintf("All %d %s", all, namedThings[what]), Alt: namedTitles[what] + ", the whole list", Click: a.action("named", "what", what)}})
	}
	return s
}

// mentionRow is one conversation in which a person was named, once or more often;
// at says in which list, after how many are shown before its page.
func (a *Addon) mentionRow(rq *request, m desk.Mentioned, at, after string) card.Widget {
	p := a.o.Desk.Policy()
	by, times := []string{named(p, m.Mention.By)}, 1+len(m.Older)
	notes := []string{string(m.Mention.Note)}
	for _, o := range m.Older {
		if who := named(p, o.By); !slices.Contains(by, who) {
			by = append(by, who)
		}
		if len(notes) < foldedDone {
			notes = append(notes, string(o.Note))
		}
	}
	top := by[0] + " named you " + rq.r.ago(m.Mention.At)
	alt := "The mention by " + by[0] + ", " + rq.r.at(m.Mention.At) + ", in " + subject(m.Row.Subject) + " is dealt with"
	_, stopped := m.Mention.Stopped()
	switch {
	case m.Mention.Doubled():
		top = "You and somebody else answered the same mail, " + rq.r.ago(m.Mention.At)
		alt = "The two answers in " + subject(m.Row.Subject) + " are dealt with"
	case stopped:
		top = "A reply of yours was stopped, " + rq.r.ago(m.Mention.At)
		alt = "The reply that was stopped in " + subject(m.Row.Subject) + " is seen to"
	case len(by) > 1:
		top = fmt.Sprintf("%s and %d more named you, last %s", by[0], len(by)-1, rq.r.ago(m.Mention.At))
	case times > 1:
		top = fmt.Sprintf("%s named you %d times, last %s", by[0], times, rq.r.ago(m.Mention.At))
	}
	if len(notes) > 1 {
		alt = fmt.Sprintf("The %d mentions in %s are dealt with", len(notes), subject(m.Row.Subject))
	}
	return card.DecoratedText{
		Top: top, Text: card.Text(subject(m.Row.Subject)), Click: a.action("open", "c", string(m.Row.ID)),
		End: card.Button{Text: "Done", Alt: alt, Click: a.action("mention-done", append(inList(at, after), "c", string(m.Row.ID), "n", strings.Join(notes, " "))...)},
	}
}

// inList are the parameters of a button that is to draw its list again.
func inList(at, after string) []string {
	if after == "" {
		return []string{"at", at}
	}
	return []string{"at", at, "after", after}
}

var namedThings = map[string]string{"mentions": "mentions", "todos": "to-dos"}

var namedTitles = map[string]string{"mentions": "Mentions", "todos": "To do"}

// namedList shows all mentions, or all to-dos, of the person, some at a time.
// Parameters: what, "mentions" or "todos"; after, how many were shown before.
func (a *Addon) namedList(rq *request) (wire.Answer, error) {
	what := rq.ev.Parameter("what")
	if namedTitles[what] == "" {
		return nil, desk.ErrNotFound
	}
	c, err := a.namedCard(rq, what, rq.ev.Parameter("after"))
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Show(c)}, nil
}

func (a *Addon) namedCard(rq *request, what, after string) (card.Card, error) {
	mentions, todos, more, err := a.o.Desk.AllNamed(rq.Context(), rq.who)
	if err != nil {
		return card.Card{}, err
	}
	var rows []card.Widget
	for _, m := range mentions {
		if what == "mentions" {
			rows = append(rows, a.mentionRow(rq, m, what, after))
		}
	}
	for _, t := range todos {
		if what == "todos" {
			rows = append(rows, a.todoRow(rq, t, what, after))
		}
	}
	n, err := strconv.Atoi(after)
	if last := max(0, len(rows)-1) / pageRows * pageRows; err != nil || n < 0 {
		n = 0
	} else if n > last {
		n = last // the last page has become empty
	}
	shown := rows[n:min(len(rows), n+pageRows)]
	s := card.Section{Widgets: slices.Clone(shown)}
	if len(rows) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("Nothing here.")})
	}
	switch next := n + len(shown); {
	case next < len(rows):
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show more", Click: a.action("named", "what", what, "after", strconv.Itoa(next))}})
	case more:
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("There are more. They come up here when some of these are done.")})
	}
	return card.Card{Header: card.Header{Title: namedTitles[what] + " " + some(len(shown), len(rows))}, Sections: []card.Section{s}}, nil
}

// listAgain draws the list anew from which something was done: the home card, or
// the same page of all mentions or to-dos.
func (a *Addon) listAgain(rq *request, notify string) (wire.Answer, error) {
	what := rq.ev.Parameter("at")
	if namedTitles[what] == "" {
		return a.homeAgain(rq, notify)
	}
	c, err := a.namedCard(rq, what, rq.ev.Parameter("after"))
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}, Notify: notify}}, nil
}
