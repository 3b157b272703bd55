package desk_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

// fourEyes has ana's answers and those of guests wait for mia's yes.
func (h *house) fourEyes() *house {
	p := acme()
	p.Mailboxes[0].Undo = 10 * time.Second
	p.Mailboxes[0].Signature = "{name}\nAcme support"
	p.Mailboxes[0].Notices = desk.Notices{About: desk.AllAbout(), Quiet: time.Minute}
	p.Mailboxes[0].Approval = desk.Approval{For: []desk.Email{ana}, Roles: []desk.Role{desk.Guest}, By: []desk.Email{mia}}
	p.Teams = append(p.Teams, desk.Team{Name: "Leads", Members: []desk.Email{mia, ben}})
	h.desk.SetPolicy(p, h.rules)
	return h
}

// asked has somebody ask for a yes, and gives the record and the answer's name.
func (h *house) asked(by desk.Email, c desk.Conversation, ask *desk.Ask) (desk.Conversation, desk.IntentID) {
	h.Helper()
	a := answer("asked")
	a.Ask = ask
	c = must[desk.Conversation](h.T)(h.desk.Reply(h.Context(), by, c.ID, 0, a))
	return c, c.Outgoing[len(c.Outgoing)-1].Intent
}

func (h *house) intent(id desk.IntentID) desk.Intent {
	h.Helper()
	return must[desk.Intent](h.T)(h.store.Intent(h.Context(), id))
}

func wantSay(t *testing.T, what string, err, kind error, say string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), say) {
		t.Errorf("%s: %v, want %v with %q", what, err, kind, say)
	}
}

// Pain 46: nobody could look at an answer before it goes.
// freescout-help-desk/freescout#1853.
func TestApproval(t *testing.T) {
	h := newHouse(t).fourEyes()
	c := h.receive("", desk.Person, "Refund")
	c, reply := h.asked(ben, c, &desk.Ask{To: mia})
	o := c.Outgoing[0]
	if o.State != desk.AwaitsYes || c.Status != desk.Open || len(h.sent()) != 0 || h.intent(reply).State != desk.IntentHeld {
		t.Fatalf("after asking: %+v, %s, %d sent", o, c.Status, len(h.sent()))
	}
	home := must[desk.Home](t)(h.desk.Home(t.Context(), mia))
	if home.Asks != 1 || len(home.Asked) != 1 || home.Named != 0 {
		t.Errorf("home says %d asks, %d mentions", home.Asks, home.Named)
	}
	if n := c.Notices; len(n) != 1 || n[0].To != mia || n[0].Tells[0].About != desk.AboutAsked {
		t.Errorf("notices %+v", n)
	}
	h.clock.pass(time.Hour)
	_, got, a, err := h.desk.Awaited(t.Context(), mia, c.ID, reply)
	if err != nil || got.By != ben || a.Text != answer("").Text {
		t.Fatalf("%+v %+v %v", got, a, err)
	}
	c = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, c.Version, desk.Yes{}))
	again := must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, c.Version, desk.Yes{}))
	if again.Version != c.Version || len(h.sent()) != 1 {
		t.Errorf("a yes twice: %d mails, version %d and %d", len(h.sent()), c.Version, again.Version)
	}
	in := h.sent()[0]
	if in.Mail.Author != ben || !strings.HasSuffix(in.Mail.Text, "Ben Okafor\nAcme support") || !in.NotBefore.Equal(h.clock.now().Add(10*time.Second)) {
		t.Errorf("sends %+v at %s", in.Mail, in.NotBefore)
	}
	if held := h.intent(reply); held.State != desk.IntentCancelled {
		t.Errorf("what was held is %s", held.State)
	}
	last := c.Recent[slices.IndexFunc(c.Recent, func(ev desk.Event) bool { return ev.Kind == desk.EventApproved })]
	if last.By != mia || last.Who != ben || last.From != "" || c.Status != desk.WaitingCustomer || c.Outgoing[0].Asked.YesBy != mia {
		t.Errorf("history %+v, %s", last, c.Status)
	}
	if home := must[desk.Home](t)(h.desk.Home(t.Context(), mia)); home.Asks != 0 {
		t.Errorf("%d still ask on the home card", home.Asks)
	}
	h.clock.pass(time.Minute)
	if c = h.own(c.Thread, in.ID); c.AnsweredBy != ben || c.Outgoing[0].State != desk.Sent || !c.Unanswered.IsZero() {
		t.Errorf("credit %s, %s, waits since %s", c.AnsweredBy, c.Outgoing[0].State, c.Unanswered)
	}
}

// Where the policy wants a yes, every way to send asks for one.
func TestApprovalIsRequired(t *testing.T) {
	h := newHouse(t).fourEyes()
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), mia, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	for _, by := range []desk.Email{ana, olga} {
		a := answer("plain")
		a.Anyway = true
		got := must[desk.Conversation](t)(h.desk.Reply(t.Context(), by, c.ID, 0, a))
		o := got.Outgoing[len(got.Outgoing)-1]
		if o.State != desk.AwaitsYes || !slices.Equal(o.Asked.People, []desk.Email{mia}) {
			t.Errorf("%s: %s, asked %+v", by, o.State, o.Asked)
		}
	}
	later := answer("later")
	later.Later, later.Anyway = h.clock.now().Add(time.Hour), true
	if got := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, later)); got.Outgoing[2].State != desk.AwaitsYes {
		t.Errorf("an answer for later is %s", got.Outgoing[2].State)
	}
	_, err := h.desk.Draft(t.Context(), ana, c.ID, answer("draft"))
	wantSay(t, "a draft", err, desk.ErrForbidden, "need a colleague's yes")
	if len(h.sent()) != 0 {
		t.Errorf("%d mails went without a yes", len(h.sent()))
	}
	toBen := answer("ben")
	toBen.Ask, toBen.Anyway = &desk.Ask{To: ben}, true
	_, err = h.desk.Reply(t.Context(), ana, c.ID, 0, toBen)
	wantSay(t, "asking somebody whom the policy does not name", err, desk.ErrInvalid, "Choose Mia")
	toSelf := answer("self")
	toSelf.Ask = &desk.Ask{To: ana}
	_, err = h.desk.Reply(t.Context(), ana, c.ID, 0, toSelf)
	wantSay(t, "asking oneself", err, desk.ErrInvalid, "their own answer")
}

func TestWhoMayApprove(t *testing.T) {
	h := newHouse(t).fourEyes()
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), mia, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	c, reply := h.asked(ana, c, nil)
	for by, want := range map[desk.Email]error{ana: desk.ErrForbidden, ben: desk.ErrForbidden, olga: desk.ErrForbidden, eve: desk.ErrNotFound} {
		_, err := h.desk.Approve(t.Context(), by, c.ID, reply, 0, desk.Yes{Anyway: true})
		wantSay(t, "a yes of "+string(by), err, want, "")
		_, err = h.desk.GiveBack(t.Context(), by, c.ID, reply, "no")
		wantSay(t, "giving back by "+string(by), err, want, "")
		_, _, _, err = h.desk.Awaited(t.Context(), by, c.ID, reply)
		wantSay(t, "looking by "+string(by), err, want, "")
	}
	_, err := h.desk.Approve(t.Context(), mia, c.ID, "never", 0, desk.Yes{})
	wantSay(t, "an answer that never was", err, desk.ErrNotFound, "")
	other := h.receive("", desk.Person, "Other")
	_, err = h.desk.Approve(t.Context(), mia, other.ID, reply, 0, desk.Yes{})
	wantSay(t, "by way of another conversation", err, desk.ErrNotFound, "")
	if now := h.record(c.ID); now.Outgoing[0].State != desk.AwaitsYes || now.NoteCount != 0 || len(h.sent()) != 0 {
		t.Errorf("refused yeses changed something: %+v", now.Outgoing)
	}
	// Who needs a yes cannot say one where it is asked of free will.
	d, bens := h.asked(ben, h.receive("", desk.Person, "Third"), &desk.Ask{To: mia})
	_, err = h.desk.Approve(t.Context(), ana, d.ID, bens, 0, desk.Yes{})
	wantSay(t, "a yes of somebody who needs one", err, desk.ErrForbidden, "waits for the yes of Mia")
}

func TestApprovalOfATeam(t *testing.T) {
	h := newHouse(t).undoable()
	p := acme()
	p.Teams = []desk.Team{{Name: "Leads", Members: []desk.Email{mia, ben, olga}}, {Name: "Far", Members: []desk.Email{olga}}}
	h.desk.SetPolicy(p, h.rules)
	c := h.receive("", desk.Person, "Refund")
	for name, ask := range map[string]desk.Ask{"Nobody of Far": {Team: "far"}, "no team Near": {Team: "Near"}, "Choose whom": {}} {
		a := answer("x")
		a.Ask = &ask
		_, err := h.desk.Reply(t.Context(), ben, c.ID, 0, a)
		wantSay(t, name, err, desk.ErrInvalid, name)
	}
	c, reply := h.asked(ben, c, &desk.Ask{Team: "leads"})
	if as := c.Outgoing[0].Asked; as.Team != "Leads" || !slices.Equal(as.People, []desk.Email{mia}) {
		t.Errorf("asked %+v, want mia alone: ben wrote it, and olga does not work there", as)
	}
	c = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, 0, desk.Yes{Text: " We have sent it.\r\nTwice. "}))
	if text := h.sent()[0].Mail.Text; text != "We have sent it.\nTwice." && !strings.HasPrefix(text, " We have sent it.\nTwice.") || !c.Outgoing[0].Asked.Changed {
		t.Errorf("sends %q, %+v", text, c.Outgoing[0].Asked)
	}
	if ev := c.Recent[len(c.Recent)-2]; ev.Kind != desk.EventApproved || ev.From != "changed" {
		t.Errorf("history %+v", ev)
	}
}

// A yes does not let an answer go over what came since it was written, nor does it
// make its writer know of that.
func TestApprovalStopsForWhatCame(t *testing.T) {
	for name, came := range map[string]func(h *house, c desk.Conversation){
		"the customer": func(h *house, c desk.Conversation) { h.receive(c.Thread, desk.Person, "Re: Refund") },
		"an answer":    func(h *house, c desk.Conversation) { h.receive(c.Thread, desk.Own, "Re: Refund") },
		"a note": func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.AddNote(h.Context(), ben, c.ID, "n", "wait"))
		},
		"who snoozed it, and the customer": func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.Snooze(h.Context(), mia, c.ID, 0, desk.Nap{Reply: true}))
			h.receive(c.Thread, desk.Person, "Re: Refund")
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t).fourEyes()
			c, reply := h.asked(ana, h.receive("", desk.Person, "Refund"), nil)
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "own", "my reasons"))
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), mia, c.ID, "hers", "looking"))
			h.clock.pass(time.Minute)
			came(h, c)
			now := h.record(c.ID)
			_, err := h.desk.Approve(t.Context(), mia, c.ID, reply, now.Version, desk.Yes{})
			var conflict *desk.Conflict
			if !errors.As(err, &conflict) || conflict.Aspect != desk.Talk || len(conflict.Came) != 1 || len(h.sent()) != 0 {
				t.Fatalf("%v with %+v, %d sent", err, conflict, len(h.sent()))
			}
			h.clock.pass(time.Minute)
			must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ben, c.ID, "n2", "and this"))
			if _, err := h.desk.Approve(t.Context(), mia, c.ID, reply, now.Version, desk.Yes{Anyway: true}); !errors.As(err, &conflict) || len(conflict.Came) != 1 {
				t.Errorf("over what came after the card was drawn: %v", err)
			}
			now = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, h.record(c.ID).Version, desk.Yes{Anyway: true}))
			h.clock.pass(time.Minute)
			now = h.own(c.Thread, h.sent()[0].ID)
			if owed := name != "a note" && name != "an answer"; now.Unanswered.IsZero() == owed || owed && now.Status != desk.Open {
				t.Errorf("%s, waits since %q", now.Status, now.Unanswered)
			}
		})
	}
}

func TestGivenBack(t *testing.T) {
	h := newHouse(t).fourEyes()
	c, reply := h.asked(ana, h.receive("", desk.Person, "Refund"), nil)
	_, err := h.desk.GiveBack(t.Context(), mia, c.ID, reply, " ")
	wantSay(t, "without a word", err, desk.ErrInvalid, "Say what should be different")
	c = must[desk.Conversation](t)(h.desk.GiveBack(t.Context(), mia, c.ID, reply, "name the amount"))
	if again := must[desk.Conversation](t)(h.desk.GiveBack(t.Context(), mia, c.ID, reply, "name the amount")); again.Version != c.Version {
		t.Error("given back twice")
	}
	if n := c.Notes[0]; n.Text != "@Ana name the amount" || n.By != mia || !slices.Equal(n.Mentions, []desk.Email{ana}) {
		t.Errorf("note %+v", n)
	}
	if home := must[desk.Home](t)(h.desk.Home(t.Context(), ana)); home.Named != 1 {
		t.Errorf("its writer's home has %d mentions", home.Named)
	}
	told := slices.ContainsFunc(c.Notices, func(n desk.Notice) bool { return n.To == ana && n.Tells[0].About == desk.AboutMentioned })
	if waits := c.Resting(); !told || len(waits) != 1 || waits[0].State != desk.GivenBack {
		t.Errorf("told %v, rests %+v", told, waits)
	}
	_, err = h.desk.Approve(t.Context(), mia, c.ID, reply, 0, desk.Yes{})
	wantSay(t, "a yes after all", err, desk.ErrInvalid, "given back")
	_, a, err := h.desk.Rewrite(t.Context(), ana, c.ID, reply)
	if err != nil || a.Text != answer("").Text || a.Ask == nil || a.Ask.To != mia {
		t.Fatalf("rewrite %+v %v", a, err)
	}
	a.Once, a.Text = "again", "We have sent 12 euros."
	c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, c.Version, a))
	if c.Outgoing[0].State != desk.Replaced || c.Outgoing[1].State != desk.AwaitsYes || len(c.Resting()) != 1 {
		t.Errorf("after asking anew %+v", c.Outgoing)
	}
}

// Its writer changes an answer, or takes it back, only until somebody said yes.
func TestChangedWhileItWaits(t *testing.T) {
	h := newHouse(t).fourEyes()
	c, reply := h.asked(ana, h.receive("", desk.Person, "Refund"), nil)
	_, a, err := h.desk.Rewrite(t.Context(), ana, c.ID, reply)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = h.desk.Rewrite(t.Context(), ben, c.ID, reply)
	wantSay(t, "a colleague changes it", err, desk.ErrInvalid, "cannot be changed")
	stolen := a
	stolen.Once, stolen.Anyway = "stolen", true
	_, err = h.desk.Reply(t.Context(), ben, c.ID, 0, stolen)
	wantSay(t, "a colleague replaces it", err, desk.ErrForbidden, "Only they")
	c = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, 0, desk.Yes{}))
	a.Once, a.Anyway = "changed", true
	_, err = h.desk.Reply(t.Context(), ana, c.ID, 0, a)
	wantSay(t, "changed after the yes", err, desk.ErrInvalid, "said yes meanwhile")

	// Who said yes takes it back: it waits again, and goes once in the end.
	sent := c.Outgoing[0].Intent
	c, back, err := h.desk.Unsend(t.Context(), mia, c.ID, sent)
	if err != nil || back.Text != "" || c.Outgoing[0].State != desk.AwaitsYes || c.Status != desk.Open || h.intent(sent).State != desk.IntentCancelled {
		t.Fatalf("a yes taken back: %+v, %s, %v", c.Outgoing[0], c.Status, err)
	}
	if twice, _, err := h.desk.Unsend(t.Context(), mia, c.ID, sent); err != nil || twice.Version != c.Version {
		t.Errorf("twice: %v", err)
	}
	c = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, reply, 0, desk.Yes{}))
	if c.Outgoing[0].State != desk.OnItsWay || c.Outgoing[0].Intent == sent || len(h.sent()) != 2 {
		t.Errorf("a yes again: %+v", c.Outgoing[0])
	}
	c, back, err = h.desk.Unsend(t.Context(), ana, c.ID, reply)
	if err != nil || back.Text != answer("").Text || c.Outgoing[0].State != desk.Undone {
		t.Errorf("taken back by its writer: %+v %v", back, err)
	}
	_, err = h.desk.Approve(t.Context(), mia, c.ID, reply, 0, desk.Yes{})
	wantSay(t, "a yes to what was taken back", err, desk.ErrInvalid, "taken this answer back")
}

// Of many who decide at once, one does: the answer goes once or not at all.
func TestOneDecides(t *testing.T) {
	h := newHouse(t).undoable()
	for range 10 {
		before := len(h.sent())
		c, reply := h.asked(ana, h.receive("", desk.Person, "Refund"), &desk.Ask{To: ben})
		var all sync.WaitGroup
		for _, do := range []func(context.Context) error{
			func(ctx context.Context) error {
				_, err := h.desk.Approve(ctx, ben, c.ID, reply, 0, desk.Yes{})
				return err
			},
			func(ctx context.Context) error {
				_, err := h.desk.Approve(ctx, mia, c.ID, reply, 0, desk.Yes{})
				return err
			},
			func(ctx context.Context) error {
				_, err := h.desk.GiveBack(ctx, mia, c.ID, reply, "no")
				return err
			},
			func(ctx context.Context) error {
				_, a, err := h.desk.Rewrite(ctx, ana, c.ID, reply)
				if err == nil {
					a.Once, a.Anyway = "anew", true
					_, err = h.desk.Reply(ctx, ana, c.ID, 0, a)
				}
				return err
			},
		} {
			all.Go(func() {
				if err := do(context.Background()); err != nil && !errors.Is(err, desk.ErrInvalid) && !errors.Is(err, desk.ErrConflict) && !errors.Is(err, desk.ErrForbidden) {
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		now := h.record(c.ID)
		went := now.Outgoing[0].State == desk.OnItsWay
		if n := len(h.sent()) - before; (n == 1) != went || n > 1 {
			t.Errorf("%d mails, and the answer is %q", n, now.Outgoing[0].State)
		}
	}
}
