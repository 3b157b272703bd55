package addon

import (
	"baton/addon/card"
	"baton/desk"
)

// alarmSection says plainly what is wrong with the queues that a manager leads.
func (a *Addon) alarmSection(rq *request, alarms []desk.MailboxAlarm) card.Section {
	p := a.o.Desk.Policy()
	s := card.Section{Header: card.Text("The queue needs you")}
	for _, al := range alarms {
		s.Widgets = append(s.Widgets, card.DecoratedText{
			Icon: card.Clock, Wrap: true, Top: "Since " + rq.r.at(al.Since), Text: card.Bold(p.Alarmed(al.Mailbox, al.Ringing) + "."),
			End: card.Button{Text: "Queue", Alt: "The queue of " + string(al.Mailbox), Click: a.action("list", "l", string(desk.ListQueue), "m", string(al.Mailbox))},
		})
	}
	return s
}
