package addon

import (
	"errors"
	"fmt"
	"slices"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// shownFailures bounds how many conversations a result lists one by one.
const shownFailures = 20

// severalButton opens the form for changing several of a list's page.
func (a *Addon) severalButton(list desk.List, m desk.Mailbox, after string) card.Button {
	return card.Button{Text: "Select several …", Alt: "Give, close or tag several of these at once",
		Click: a.action("bulk-form", "l", string(list), "m", string(m), "after", after)}
}

// rowsOf reads the page of a list that a bulk form was opened from.
func (a *Addon) rowsOf(rq *request) ([]desk.Row, error) {
	q := desk.Query{List: desk.List(rq.ev.Parameter("l"))}
	if listTitles[q.List] == "" {
		return nil, desk.ErrNotFound
	}
	if m := desk.Mailbox(rq.ev.Parameter("m")); m != "" {
		q.Mailboxes = []desk.Mailbox{m}
	}
	rows, _, err := a.o.Desk.ListFor(rq.Context(), rq.who, q, page(rq))
	if errors.Is(err, desk.ErrInvalid) && rq.ev.Parameter("form") != "" {
		// The page is gone; what was ticked on it may be at the beginning.
		rows, _, err = a.o.Desk.ListFor(rq.Context(), rq.who, q, desk.Page{Limit: pageRows})
	}
	return rows, err
}

// bulkForm asks which conversations of a list to change, and how.
func (a *Addon) bulkForm(rq *request) (wire.Answer, error) {
	rows, err := a.rowsOf(rq)
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Show(a.bulkCard(rq, rows, ""))}, nil
}

func (a *Addon) bulkCard(rq *request, rows []desk.Row, fault string) card.Card {
	c := card.Card{Header: card.Header{Title: "Change several", Subtitle: listTitles[desk.List(rq.ev.Parameter("l"))]}}
	if fault != "" {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Bold(fault)}}})
	}
	if len(rows) == 0 {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Text("Nothing here.")}}})
		return c
	}
	if gone := a.gone(rq, rows); gone > 0 {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{
			Text: card.Text(fmt.Sprintf("%s that you had ticked left this list meanwhile.", conversations(gone)))}}})
	}
	again, chosen, do := rq.ev.Parameter("form") != "", rq.ev.FormList("ids"), rq.ev.Form("do")
	var items []card.Item
	for _, row := range rows {
		items = append(items, card.Item{Text: subject(row.Subject) + " · " + nameOf(row.Customer), Value: string(row.ID),
			Selected: again && containsFold(chosen, string(row.ID))})
	}
	what := []card.Item{
		{Text: "Give them to …", Value: "give", Selected: do == "" || do == "give"},
		{Text: "Close them", Value: "close", Selected: do == "close"},
		{Text: "Add a tag", Value: "tag", Selected: do == "tag"},
	}
	var people []string
	for _, m := range a.workers(rq) {
		people = append(people, m.Name+" <"+string(m.Email)+">")
	}
	c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
		card.Selection{Name: "ids", Label: "Conversations", Kind: card.CheckBoxes, Items: items},
		card.Selection{Name: "do", Label: "What to do", Kind: card.Radio, Items: what},
		card.TextInput{Name: "person", Label: "Give to", Hint: "Begin with a name", Value: rq.ev.Form("person"), Suggestions: people},
		card.TextInput{Name: "why", Label: "Why (optional)", Hint: "What they should know; the team sees it", Value: rq.ev.Form("why"), Limit: desk.MaxWhy},
		card.TextInput{Name: "tag", Label: "Tags", Hint: "Commas part them: refund, vip", Value: rq.ev.Form("tag"), Limit: maxTags},
		card.TextParagraph{Text: card.Text("No mail leaves the house by this, and all of it can be undone for 30 days.")},
	}})
	submit := a.action("bulk", "form", "1")
	for _, key := range []string{"l", "m", "after"} {
		submit.Parameters[key] = rq.ev.Parameter(key)
	}
	submit.Persist = true
	c.Footer = &card.Footer{Primary: card.Button{Text: "Do it", Fill: accent, Click: submit}, Secondary: &card.Button{Text: "Cancel", Click: a.action("back")}}
	return c
}

// gone counts what was ticked and is not on the page any more.
func (a *Addon) gone(rq *request, rows []desk.Row) (n int) {
	for _, id := range rq.ev.FormList("ids") {
		if id != card.NoValue && !slices.ContainsFunc(rows, func(r desk.Row) bool { return string(r.ID) == id }) {
			n++
		}
	}
	return n
}

// workers are the colleagues to whom conversations of a list can be given, as
// many as a field suggests.
func (a *Addon) workers(rq *request) []desk.Member {
	p := a.o.Desk.Policy()
	mailboxes := p.WorksIn(rq.who)
	if m := desk.Mailbox(rq.ev.Parameter("m")); m != "" {
		if !p.Works(rq.who, m) {
			return nil
		}
		mailboxes = []desk.Mailbox{m}
	}
	var out []desk.Member
	for _, member := range p.Members {
		for _, m := range mailboxes {
			if p.Works(member.Email, m) && len(out) < 50 {
				out = append(out, member)
				break
			}
		}
	}
	return out
}

// bulk does what a bulk form says: fields ids, do, person, why, tag.
func (a *Addon) bulk(rq *request) (wire.Answer, error) {
	done, err := a.bulkChange(rq)
	var p *desk.Problem
	if err == nil {
		p = a.allRefused(done)
	}
	if p != nil || errors.As(err, &p) {
		rows, err := a.rowsOf(rq)
		if err != nil {
			return nil, err
		}
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.bulkCard(rq, rows, p.Say))}, Notify: p.Say}}, nil
	}
	if err != nil {
		return nil, err
	}
	verb := map[string]string{"give": "Given", "close": "Closed", "tag": "Tagged"}[rq.ev.Form("do")]
	return a.bulkResult(rq, done, verb, "Undo all"), nil
}

// allRefused gives why nothing was changed when every conversation was left for
// the same reason: the form is wrong then. nil = it was not so.
func (a *Addon) allRefused(done desk.BulkDone) *desk.Problem {
	var why *desk.Problem
	for _, o := range done.Outcomes {
		var p *desk.Problem
		if !errors.As(o.Err, &p) || why != nil && why.Say != p.Say {
			return nil
		}
		why = p
	}
	return why
}

func (a *Addon) bulkChange(rq *request) (desk.BulkDone, error) {
	var ids []desk.ConversationID
	for _, id := range rq.ev.FormList("ids") {
		if id != card.NoValue {
			ids = append(ids, desk.ConversationID(id))
		}
	}
	var b desk.Bulk
	switch rq.ev.Form("do") {
	case "give":
		to, err := a.person(rq)
		if err != nil {
			return desk.BulkDone{}, err
		}
		b.Give = &desk.Give{To: to, Why: rq.ev.Form("why")}
	case "close":
		b.Close = true
	case "tag":
		b.Tag = rq.ev.Form("tag")
		if _, err := desk.CleanTags(b.Tag); err != nil {
			return desk.BulkDone{}, err
		}
	}
	return a.o.Desk.Bulk(rq.Context(), rq.who, ids, b)
}

// bulkUndo takes a bulk change back: parameter g. Taken back once more, it is
// made again.
func (a *Addon) bulkUndo(rq *request) (wire.Answer, error) {
	done, err := a.o.Desk.UndoGroup(rq.Context(), rq.who, desk.GroupID(rq.ev.Parameter("g")))
	if err != nil {
		return nil, err
	}
	if rq.ev.Parameter("again") != "" {
		return a.bulkResult(rq, done, "Done again", "Undo all"), nil
	}
	return a.bulkResult(rq, done, "Undone", "Do it again"), nil
}

// bulkResult says what became of each conversation, and offers the way back.
func (a *Addon) bulkResult(rq *request, done desk.BulkDone, verb, back string) wire.Answer {
	say := fmt.Sprintf("%s: %s.", verb, conversations(done.Changed()))
	s := card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Bold(say)}}}
	if done.Group != "" {
		act := a.action("bulk-undo", "g", string(done.Group))
		if back != "Undo all" {
			act.Parameters["again"] = "1"
		}
		s.Widgets = append(s.Widgets, card.Buttons{{Text: back, Alt: back + ": " + say, Click: act}})
	}
	left := card.Section{}
	same, more := 0, 0
	for _, o := range done.Outcomes {
		switch {
		case o.Changed:
		case o.Err == nil:
			same++
		case len(left.Widgets) == shownFailures:
			more++
		default:
			left.Widgets = append(left.Widgets, a.leftLine(rq, o))
		}
	}
	if same > 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(fmt.Sprintf("Already so: %s.", conversations(same)))})
	}
	if more > 0 {
		left.Widgets = append(left.Widgets, card.TextParagraph{Text: card.Text(fmt.Sprintf("And %d more.", more))})
	}
	if len(left.Widgets) > 0 {
		left.Header = card.Text("Left as they were")
	}
	c := card.Card{Header: card.Header{Title: "Change several", Subtitle: say}, Sections: []card.Section{s, left}}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(c)}, Notify: say}, Changed: true}
}

// leftLine says why one conversation was left as it was.
func (a *Addon) leftLine(rq *request, o desk.Outcome) card.Widget {
	line := card.DecoratedText{Text: card.Text("A conversation that is no longer there"), Wrap: true, Bottom: "Nothing was changed in it."}
	var conflict *desk.Conflict
	var problem *desk.Problem
	switch {
	case errors.As(o.Err, &conflict):
		line.Text, line.Bottom = card.Text(subject(conflict.Now.Subject)), actor(a.o.Desk.Policy(), conflict.By)+" was first, "+rq.r.ago(conflict.At)
		if conflict.Acted != nil {
			line.Bottom = a.since(rq, conflict)
		}
		line.Click = a.action("open", "c", string(o.ID))
	case errors.As(o.Err, &problem):
		line.Text, line.Bottom = card.Text("One of the conversations"), problem.Say
		line.Click = a.action("open", "c", string(o.ID))
	case !errors.Is(o.Err, desk.ErrNotFound):
		line.Text, line.Bottom = card.Text("One of the conversations"), "It could not be changed now. Try again."
		line.Click = a.action("open", "c", string(o.ID))
	}
	return line
}

func conversations(n int) string {
	if n == 1 {
		return "1 conversation"
	}
	return fmt.Sprintf("%d conversations", n)
}
