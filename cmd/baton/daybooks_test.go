package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// evening compares all that is kept of the day: with itself for every
// conversation of both mailboxes, and with the plan for those of the day.
func (s *stage) evening(d *day) {
	s.Helper()
	st := s.demo.service.store
	intents, err := st.Intents(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	if intents[desk.IntentParked] != 0 || intents[desk.IntentClaimed] != 0 || intents[desk.IntentPending] != d.timers {
		s.Errorf("intents %v, want %d pending timers and none claimed or parked", intents, d.timers)
	}
	for _, box := range s.demo.shared {
		s.books(box)
	}
	for _, m := range d.matters {
		s.asPlanned(m)
	}
	s.customerGot(d)
	for _, who := range []desk.Email{ana, mia} {
		for _, m := range d.matters {
			s.as(string(who)).open(support, m.thread).says(m.standing(who)...)
		}
	}
}

// record reads a thread's conversation.
func (s *stage) record(box, thread string) desk.Conversation {
	s.Helper()
	c, err := s.demo.service.store.Conversation(s.Context(), desk.ConversationOf(desk.Mailbox(box), desk.ThreadID(thread)))
	if err != nil {
		s.Fatalf("thread %s of %s: %v", thread, box, err)
	}
	return c
}

// mailsOf are a thread's mails without drafts.
func (s *stage) mailsOf(box, thread string) []gmailsim.Mail {
	s.Helper()
	mails, err := s.demo.sim.Thread(box, thread)
	if err != nil {
		s.Fatal(err)
	}
	return slices.DeleteFunc(mails, func(m gmailsim.Mail) bool { return slices.Contains(m.Labels, "DRAFT") })
}

// books compares a mailbox with its records: labels, messages, ledger, sent
// mails, histories.
func (s *stage) books(box string) {
	s.Helper()
	ctx, st := s.Context(), s.demo.service.store
	rows, err := s.demo.sim.Threads(box, 0)
	if err != nil {
		s.Fatal(err)
	}
	for _, row := range rows {
		s.agrees(box, row.ID)
	}
	lines, err := st.Verdicts(ctx, desk.Mailbox(box))
	if err != nil {
		s.Fatal(err)
	}
	n := 0
	for _, k := range lines {
		n += k
	}
	if got := s.demo.sim.Count(box); n != got {
		s.Errorf("%s: the ledger has %d lines for %d messages", box, n, got)
	}
}

// agrees compares one thread with its record. What the ledger knows as no
// conversation, like a notice to a colleague, wears nothing of ours.
func (s *stage) agrees(box, thread string) {
	s.Helper()
	mails := s.mailsOf(box, thread)
	if len(mails) == 0 {
		return // a draft alone
	}
	var c desk.Conversation
	var want []string
	if line := s.line(box, mails[0].ID); line.Conversation != "" {
		c = s.record(box, thread)
		want = desk.WantedLabels(s.demo.service.desk.Policy(), &c)
		slices.Sort(want)
	}
	sent := 0
	for _, m := range mails {
		if diff := gocmp.Diff(want, ours(m.Labels)); diff != "" {
			s.Errorf("%q: message %s wears (-wanted by its record +worn):\n%s", c.Subject, m.ID, diff)
		}
		if line := s.line(box, m.ID); line.Conversation != c.ID {
			s.Errorf("%q: the ledger has message %s as of %q", c.Subject, m.ID, line.Conversation)
		}
		if slices.Contains(m.Labels, "SENT") {
			sent++
		}
	}
	if c.ID != "" {
		s.told(c, len(mails), sent, box)
	}
}

// line reads a message's line of the ledger.
func (s *stage) line(box, id string) desk.LedgerLine {
	s.Helper()
	line, err := s.demo.service.store.Line(s.Context(), desk.Mailbox(box), desk.MessageID(id))
	if err != nil {
		s.Errorf("%s: message %s in the ledger: %v", box, id, err)
	}
	return line
}

// told compares a conversation with its history.
func (s *stage) told(c desk.Conversation, mails, sent int, box string) {
	s.Helper()
	if c.Messages != mails {
		s.Errorf("%q has %d messages, its record counts %d", c.Subject, mails, c.Messages)
	}
	history := s.history(c)
	replied := 0
	for _, ev := range history {
		if ev.Kind == desk.EventReplied || ev.Kind == desk.EventOpened && ev.Who == desk.Email(box) {
			replied++
		}
	}
	if replied != sent {
		s.Errorf("%q: %d mails were sent, its history tells of %d", c.Subject, sent, replied)
	}
	for _, fault := range replay(c, history) {
		s.Errorf("%q: %s", c.Subject, fault)
	}
}

// history reads a conversation's whole history, oldest first.
func (s *stage) history(c desk.Conversation) (out []desk.Event) {
	s.Helper()
	page := desk.Page{Limit: 100}
	for {
		some, next, err := s.demo.service.store.Events(s.Context(), c.ID, page)
		if err != nil {
			s.Fatal(err)
		}
		out = append(out, some...)
		if page.After = next; next == "" {
			slices.Reverse(out)
			return out
		}
	}
}

// asPlanned compares a matter with what the plan says.
func (s *stage) asPlanned(m *matter) {
	s.Helper()
	c := s.record(support, m.thread)
	type facts struct {
		Holder        desk.Email
		Status        desk.Status
		High, Asleep  bool
		Tags, Notes   []string
		Mails, Shares int
		Labels        []string
	}
	want := facts{m.holder, m.status, m.high, m.status == desk.Snoozed, sorted(m.tags), sorted(m.notes), m.mails, 0, m.wears()}
	if m.shared {
		want.Shares = 1
	}
	got := facts{c.Assignee, c.Status, c.Priority == desk.High, c.Nap != nil, sorted(c.Tags), nil, c.Messages, 0, nil}
	for _, n := range c.Notes {
		got.Notes = append(got.Notes, strings.TrimPrefix(n.Text, "@Mia "))
	}
	got.Notes = sorted(got.Notes)
	for _, sh := range c.Shares {
		if sh.StoppedAt.IsZero() {
			got.Shares++
		}
	}
	got.Labels = ours(s.mailsOf(support, m.thread)[0].Labels)
	if diff := gocmp.Diff(want, got); diff != "" {
		s.Errorf("%s (-planned +got):\n%s", m.subject, diff)
	}
	mentions, _, err := s.demo.service.store.MentionsOf(s.Context(), mia, desk.Page{Limit: 100})
	if err != nil {
		s.Fatal(err)
	}
	named := 0
	for _, row := range mentions {
		if row.Mention.Conversation == c.ID && !row.Mention.Doubled() {
			named++
		}
	}
	if named != len(m.notes) {
		s.Errorf("%s: Mia has %d mentions, want %d", m.subject, named, len(m.notes))
	}
}

// sorted gives a sorted copy, nil for none.
func sorted[T cmp.Ordered](list []T) []T { return slices.Sorted(slices.Values(list)) }

// customerGot compares what reached the customer with what was sent: each text
// once, by buttons and from Gmail.
func (s *stage) customerGot(d *day) {
	s.Helper()
	var want, got []string
	for _, m := range d.matters {
		for _, text := range m.sent {
			want = append(want, m.subject+": "+text)
		}
	}
	for _, mail := range s.got(carla) {
		text, _, _ := strings.Cut(strings.ReplaceAll(mail.Text, "\r", ""), "\n")
		got = append(got, fmt.Sprintf("%s: %s", strings.TrimPrefix(mail.Subject, "Re: "), strings.TrimSpace(text)))
	}
	if diff := gocmp.Diff(sorted(want), sorted(got)); diff != "" {
		s.Errorf("the customer got (-sent +got):\n%s", diff)
	}
}
