package gmail_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
	"baton/gmail"
	"baton/store/sqlite"
)

// builder makes the MIME of a mail that was promised. c is the record then, for
// builders that are broken on purpose.
type builder func(in desk.Intent, c desk.Conversation) ([]byte, error)

// builders is every way in which Baton makes MIME; TestOneBuilder holds that there
// is no other.
var builders = map[string]builder{
	"gmail.Compose": func(in desk.Intent, _ desk.Conversation) ([]byte, error) { return gmail.Compose(in, writtenAt) },
}

const (
	anaInside   desk.Email = "ana@acme.test"
	benInside   desk.Email = "ben@acme.test"
	miaInside   desk.Email = "mia@acme.test"
	zoeInside   desk.Email = "zoequietly@acme.test" // is named and never writes
	olgaOutside desk.Email = "olgaoutside@acme.test"
)

// inner is a desk on a store, with what it promised to send and what was said
// inside.
type inner struct {
	*desk.Desk
	store *sqlite.Store
	now   time.Time
	n     int
	mails []desk.Intent
	bells []desk.Intent // notices that will be written when they are due
	words []string      // of notes, to-dos and reasons; none may get out
}

func newInner(t *testing.T) *inner {
	t.Helper()
	o := &inner{now: writtenAt}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	o.store = s
	p := &desk.Policy{Version: "p", Desk: "Acme", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: support, Name: "Support", Members: []desk.Email{anaInside, benInside, miaInside, zoeInside}, Undo: time.Minute, Signature: "Yours, {name}",
			Notices: desk.Notices{About: desk.AllAbout(), Quiet: time.Minute, Subject: true, Customer: true}}},
		Teams: []desk.Team{{Name: "Quiet team", Members: []desk.Email{zoeInside, benInside}}}}
	for _, e := range []desk.Email{anaInside, benInside, miaInside, zoeInside, olgaOutside} {
		name, _, _ := strings.Cut(string(e), "@")
		p.Members = append(p.Members, desk.Member{Email: e, Name: strings.ToUpper(name), Label: name, Role: map[bool]desk.Role{true: desk.Manager, false: desk.Agent}[e == miaInside]})
	}
	o.Desk, err = desk.New(desk.Options{Store: s, Clock: func() time.Time { return o.now }, Promised: func(p desk.Promise) {
		for _, in := range p.Intents {
			if in.Mail != nil {
				o.mails = append(o.mails, in)
			}
			if in.Kind == desk.IntentNotify {
				o.bells = append(o.bells, in)
			}
		}
	}}, p, noRules{})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

type noRules struct{}

func (noRules) Route(desk.Facts) desk.Routing { return desk.Routing{Reason: "no rule matched"} }
func (noRules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

// inside makes a text for the house: a word that is nowhere else, among anything
// that people can type.
func (o *inner) inside(t *rapid.T) string {
	o.n++
	word := fmt.Sprintf("canary%dyellow", o.n)
	o.words = append(o.words, word)
	around := rapid.StringN(0, 40, 80)
	mention := rapid.SampledFrom([]string{"", " @zoequietly", " @Quiet-team", " @" + string(olgaOutside), " @ben"}).Draw(t, "mention")
	return around.Draw(t, "before") + " " + word + mention + " " + around.Draw(t, "after")
}

// received is the next mail of a customer.
func (o *inner) received(thread desk.ThreadID) (desk.Conversation, error) {
	o.n++
	id := desk.MessageID(fmt.Sprintf("%016x", 0x1000+o.n))
	if thread == "" {
		thread = desk.ThreadID(id)
	}
	from := desk.Address{Name: "Carla", Email: "carla@shop.example"}
	m := desk.Message{Mailbox: support, ID: id, Thread: thread, RFC: desk.RFCID(fmt.Sprintf("m%d@shop.example", o.n)), From: from,
		Subject: "Refund", At: o.now, Size: 1000, Verdict: desk.Person}
	return o.Receive(context.Background(), m, desk.Facts{Mailbox: support, From: from, Subject: "Refund", Verdict: desk.Person, At: o.now})
}

// steps are what people do with a conversation, by name.
func (o *inner) steps(t *rapid.T, id desk.ConversationID) map[string]func() error {
	ctx := context.Background()
	record := func() desk.Conversation {
		c, err := o.store.Conversation(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	once := func() string { o.n++; return fmt.Sprint("once ", o.n) }
	reply := func(a desk.Answer) error {
		a.Once, a.Text, a.Then = once(), a.Text+"We look into it.", desk.ThenKeep
		a.To = []desk.Address{{Email: "carla@shop.example"}}
		_, err := o.Reply(ctx, anaInside, id, 0, a)
		return err
	}
	newest := func() desk.Note {
		if all := record().Notes; len(all) > 0 {
			return all[len(all)-1]
		}
		return desk.Note{}
	}
	drop := func(_ desk.Conversation, err error) error { return err }
	return map[string]func() error{
		"note": func() error { return drop(o.AddNote(ctx, benInside, id, once(), o.inside(t))) },
		"edit": func() error {
			n := newest()
			return drop(o.EditNote(ctx, n.By, id, n.ID, o.inside(t)))
		},
		"erase": func() error { return drop(o.EraseNote(ctx, miaInside, id, newest().ID)) },
		"to-do": func() error {
			return drop(o.AddTodo(ctx, anaInside, id, once(), desk.Task{For: zoeInside, Text: o.inside(t), Due: o.now.Add(time.Hour)}))
		},
		"due": func() error {
			o.now = o.now.Add(2 * time.Hour)
			for _, td := range record().Todos {
				in, err := o.store.Intent(ctx, td.Timer)
				if err == nil {
					_, err = o.Wake(ctx, in)
				}
				if err != nil {
					return err
				}
			}
			return nil
		},
		"why": func() error {
			why := []rune(o.inside(t))
			if err := drop(o.Give(ctx, miaInside, id, 0, desk.Give{To: anaInside, Why: string(why)})); err != nil {
				return err
			}
			return drop(o.Share(ctx, anaInside, id, desk.Invite{To: olgaOutside, Role: desk.ShareReply, Why: string(why)}))
		},
		"follow": func() error { return drop(o.Follow(ctx, zoeInside, id, desk.FollowAll)) },
		"mail":   func() error { return drop(o.received(record().Thread)) },
		"reply":  func() error { return reply(desk.Answer{}) },
		"again": func() error {
			if err := reply(desk.Answer{}); err != nil {
				return err
			}
			_, a, err := o.Unsend(ctx, anaInside, id, o.mails[len(o.mails)-1].ID)
			if err != nil {
				return err
			}
			return reply(a)
		},
		"notices": func() error {
			o.now = o.now.Add(2 * time.Minute)
			for _, in := range o.bells {
				out, _, err := o.Notice(ctx, in, gmail.SentID(in))
				if err != nil {
					return err
				}
				if out.Mail != nil {
					o.mails = append(o.mails, out)
				}
			}
			o.bells = nil
			return nil
		},
		"undo": func() error {
			c := record()
			return drop(o.Undo(ctx, miaInside, id, c.EventSeq))
		},
	}
}

// leaks lets people do things at random and gives the first mail of any builder
// with something of the house in it.
func (o *inner) leaks(t *rapid.T, all map[string]builder) string {
	o.mails, o.bells, o.words = nil, nil, nil
	c, err := o.received("")
	if err != nil {
		t.Fatal(err)
	}
	steps := o.steps(t, c.ID)
	names := slices.Sorted(maps.Keys(steps))
	names = append(names, "note", "note", "reply", "reply", "notices", "notices")
	for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 3, 12).Draw(t, "steps") {
		o.now = o.now.Add(time.Minute)
		_ = steps[name]() // what is refused says nothing either
	}
	now, err := o.store.Conversation(context.Background(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	said := append(slices.Clone(o.words), "Quiet team", "Quiet-team")
	for _, in := range o.mails {
		secret := said
		if in.Mail.Notice == "" { // a notice goes to whom it concerns
			secret = append(slices.Clone(said), "zoequietly", "olgaoutside")
		}
		for name, build := range all {
			wire, err := build(in, now)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, word := range secret {
				if leaked(wire, word) {
					return fmt.Sprintf("%s: %q is in\n%s", name, word, wire)
				}
			}
		}
	}
	return ""
}

// Nothing that is said inside gets into any mail: no note, no earlier or deleted
// text of one, nobody's mention, no to-do, no reason.
func TestNothingOfTheHouseInAnyMail(t *testing.T) {
	o := newInner(t)
	mails, notices, words := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		if leak := o.leaks(rt, builders); leak != "" {
			rt.Fatal(leak)
		}
		mails, words = mails+len(o.mails), words+len(o.words)
		for _, in := range o.mails {
			if in.Mail.Notice != "" {
				notices++
			}
		}
	})
	if mails < 50 || notices < 20 || words < 100 {
		t.Errorf("only %d mails, %d of them notices, and %d words: this test tests little", mails, notices, words)
	}
}

// The same test, over builders that are broken on purpose: it finds each.
func TestBrokenBuildersAreFound(t *testing.T) {
	first := func(c desk.Conversation) string {
		for _, n := range c.Notes {
			if n.Text != "" {
				return n.Text
			}
		}
		return ""
	}
	with := func(change func(m *desk.Mail, said string)) builder {
		return func(in desk.Intent, c desk.Conversation) ([]byte, error) {
			m := *in.Mail
			change(&m, first(c))
			in.Mail = &m
			return gmail.Compose(in, writtenAt)
		}
	}
	for name, broken := range map[string]builder{
		"text":    with(func(m *desk.Mail, said string) { m.Text += "\n> " + said }),
		"subject": with(func(m *desk.Mail, said string) { m.Subject += said }),
		"name":    with(func(m *desk.Mail, said string) { m.From.Name = said }),
		"mention": func(in desk.Intent, c desk.Conversation) ([]byte, error) {
			m := *in.Mail
			for _, n := range c.Notes {
				for _, e := range n.Mentions {
					m.Cc = append(slices.Clone(m.Cc), desk.Address{Email: e})
				}
			}
			in.Mail = &m
			return gmail.Compose(in, writtenAt)
		},
		"to-do": func(in desk.Intent, c desk.Conversation) ([]byte, error) {
			m := *in.Mail
			for _, td := range c.Todos {
				m.Text += td.Text
			}
			in.Mail = &m
			return gmail.Compose(in, writtenAt)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o, found := newInner(t), false
			rapid.Check(t, func(rt *rapid.T) {
				found = found || o.leaks(rt, map[string]builder{name: broken}) != ""
			})
			if !found {
				t.Error("nothing was found: the test cannot fail")
			}
		})
	}
}
