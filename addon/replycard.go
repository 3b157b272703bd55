package addon

import (
	"fmt"
	"slices"
	"strings"

	"baton/addon/card"
	"baton/desk"
)

// replyCard is the form of a reply.
func (d drawing) replyCard(l letter, fault string) card.Card {
	d.looking(desk.Replying)
	c := d.form("Reply as "+string(d.sender().Email), fault, d.sendButton(l), slices.Concat(d.company(), d.resting(), d.replyFields(l))...)
	c.Sections = append(c.Sections, d.waitFields(l))
	c.Footer.Secondary.Click = d.do("back", "left", "reply")
	return c
}

// overtakenCard is the form of a reply that others were quicker than.
func (d drawing) overtakenCard(l letter, conflict *desk.Conflict) card.Card {
	c := d.replyCard(l, "")
	c.Sections = append([]card.Section{{Widgets: d.came(conflict, "Not sent: somebody wrote since you opened this.", " Look at it first. Your text is below.")}}, c.Sections...)
	c.Footer.Primary.Text = "Send anyway"
	if d.needsYes() {
		c.Footer.Primary.Text = "Ask anyway"
	}
	return c
}

// came is what somebody said that stopped a reply, below a sentence.
func (d drawing) came(conflict *desk.Conflict, what, next string) []card.Widget {
	came := []card.Widget{card.TextParagraph{Text: card.Join(card.Bold(what), card.Text(next))}}
	for _, ev := range conflict.Came {
		line := card.DecoratedText{Top: d.rq.r.at(ev.At), Text: card.Text(sentence(d.p, d.rq.r, ev)), Wrap: true}
		for _, n := range d.v.AllNotes() {
			if string(n.ID) == ev.To && (ev.Kind == desk.EventNoted || ev.Kind == desk.EventNoteEdited) {
				line.Text = card.Join(card.Text(sentence(d.p, d.rq.r, ev)+": "), mentioned(d.p, d.v.Mailbox, n))
			}
		}
		if moved := ev.Kind == desk.EventStatus || ev.Kind == desk.EventReopened; moved && ev.By == "" {
			line.Text = card.Text(nameOf(d.v.Facing().Heard.From) + " wrote")
		}
		came = append(came, line)
	}
	if len(conflict.Came) == 0 {
		came = append(came, card.TextParagraph{Text: card.Text("Much has happened since. The thread and the notes say what.")})
	}
	return came
}

func (d drawing) replyFields(l letter) []card.Widget {
	ws := []card.Widget{
		card.TextInput{Name: "to", Label: "To", Value: l.to, Multiline: true},
		card.TextInput{Name: "cc", Label: "Cc", Value: l.cc, Multiline: true},
	}
	ws = append(ws, d.replyHints()...)
	ws = append(ws, card.TextInput{Name: "text", Label: "Reply", Value: l.text, Multiline: true, Limit: desk.MaxReply})
	ws = append(ws, d.textPicker(l)...)
	if s := d.p.Signature(d.v.Mailbox, d.rq.who, d.sender()); s != "" {
		ws = append(ws, card.DecoratedText{Top: "Ends with", Text: card.Text(s), Wrap: true})
	}
	items := []card.Item{
		{Text: "Wait for the customer", Value: string(desk.ThenWait), Selected: l.then == desk.ThenWait || l.then == ""},
		{Text: "Leave it " + lowerFirst(d.v.Status.Name()), Value: string(desk.ThenKeep), Selected: l.then == desk.ThenKeep},
	}
	if d.v.May(desk.RightProgress) {
		items = append(items, card.Item{Text: "Close it", Value: string(desk.ThenClose), Selected: l.then == desk.ThenClose})
	}
	ws = append(ws, card.Selection{Name: "then", Label: "After sending", Kind: card.Radio, Items: items})
	ws = append(ws, d.leaving())
	return append(ws, d.draftButton(l)...)
}

// replyHints say what the address fields do not show.
func (d drawing) replyHints() []card.Widget {
	r := d.p.Recipients(&d.v.Conversation)
	var ws []card.Widget
	if r.Redirected {
		say := card.Text
		if len(r.To) > 0 && r.To[0].Email.Domain() != r.Sender.Email.Domain() {
			say = card.Bold
		}
		ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true,
			Text: say("The mail came from " + string(r.Sender.Email) + "; its sender wants answers at another address.")})
	}
	if r.More > 0 {
		ws = append(ws, card.DecoratedText{Icon: card.People, Wrap: true,
			Text: card.Bold(fmt.Sprintf("The mail went to %d more people, who are not listed here. To reach everybody, reply to all in Gmail.", r.More))})
	}
	return ws
}

// red is for what went wrong; words say it as well.
var red = card.RGB(179, 38, 30)

// outgoing shows the replies that are on their way, and one that was not sent.
func (d drawing) outgoing() (ws []card.Widget) {
	if o, ok := d.v.Unsent(); ok {
		ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true,
			Text: card.Tint(red, d.whose(o)+" was not sent: "+strings.TrimRight(o.Why, "."))})
		if d.v.May(desk.RightReply) && (d.v.Role != desk.Guest || o.By == d.rq.who) {
			ws = append(ws, card.Buttons{{Text: "Try again", Alt: "Open the reply that was not sent", Click: d.do("reply-form", "r", string(o.Intent))}})
		}
	}
	ws = append(ws, d.writing()...)
	for _, o := range d.v.Sending() {
		line := card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Text(d.whose(o) + " is on its way")}
		if left := o.GoesAt.Sub(d.rq.r.now); left > 0 {
			line.Text = card.Text(fmt.Sprintf("%s goes out at %s, in %s", d.whose(o), d.rq.r.style.Seconds(o.GoesAt.In(d.rq.r.zone)), seconds(left)))
			if o.By == d.rq.who || d.v.Role == desk.Manager || d.v.Role == desk.Admin || o.Asked != nil && o.Asked.YesBy == d.rq.who {
				line.End = card.Button{Text: "Undo", Alt: "Take the reply back", Click: d.do("reply-undo", "r", string(o.Intent))}
			}
		}
		if len(o.New) > 0 {
			line.Bottom = "New in this thread: " + joinEmails(o.New)
		}
		line.Bottom = strings.TrimPrefix(line.Bottom+d.yesOf(o), " · ")
		ws = append(ws, line)
	}
	return ws
}

// whose names a reply by its writer.
func (d drawing) whose(o desk.Outgoing) string {
	if o.By == d.rq.who {
		return "Your reply"
	}
	return "The reply of " + named(d.p, o.By)
}

// footer offers what most people will want: to answer, and to be done.
func (d drawing) footer() *card.Footer {
	reply := d.replyButton()
	switch {
	case !d.v.May(desk.RightReply):
		return nil
	case !d.v.May(desk.RightProgress):
		return &card.Footer{Primary: reply}
	case d.v.Status.Active():
		reply.Fill = accent
		return &card.Footer{Primary: reply, Secondary: &card.Button{Text: "Close", Click: d.do("close")}}
	}
	return &card.Footer{Primary: card.Button{Text: "Reopen", Fill: accent, Click: d.do("reopen")}, Secondary: &reply}
}

// replyButton begins a reply, under the name that it goes out by.
func (d drawing) replyButton() card.Button {
	local, _, _ := strings.Cut(string(d.sender().Email), "@")
	return card.Button{Text: "Reply as " + local + "@", Click: d.do("reply-form")}
}

func joinEmails(list []desk.Email) string {
	var out []string
	for _, e := range list {
		out = append(out, string(e))
	}
	return strings.Join(out, ", ")
}
