package desk_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

// gmailDrafts is a Gmail that keeps drafts in mind: their ids by thread.
type gmailDrafts struct {
	mu    sync.Mutex
	store desk.Outbox
	lie   map[desk.ThreadID][]string
	fail  error
	made  int
}

func (g *gmailDrafts) Make(ctx context.Context, t desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fail != nil {
		return in, g.fail
	}
	g.made++
	id := "r" + strconv.Itoa(g.made)
	in, err := g.store.Draft(ctx, in.ID, id)
	if err == nil && in.Draft == id {
		g.lie[t] = append(g.lie[t], id)
	}
	return in, err
}

func (g *gmailDrafts) InThread(_ context.Context, _ desk.Mailbox, t desk.ThreadID) ([]string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.lie[t]), g.fail
}

// gone takes a draft away, as sending and throwing away do.
func (g *gmailDrafts) gone(t desk.ThreadID, id string) {
	g.lie[t] = slices.DeleteFunc(g.lie[t], func(s string) bool { return s == id })
}

// drafting gives the house a Gmail with drafts.
func drafting(t *testing.T, aliases desk.SendAs) (*house, *gmailDrafts) {
	h := newHouse(t)
	g := &gmailDrafts{store: h.store, lie: map[desk.ThreadID][]string{}}
	var err error
	h.desk, err = desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Drafts: g, SendAs: aliases, Promised: func(p desk.Promise) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.promises = append(h.promises, p)
	}}, acme(), h.rules)
	if err != nil {
		t.Fatal(err)
	}
	return h, g
}

func (h *house) drafts(by desk.Email, id desk.ConversationID, a desk.Answer) desk.Drafted {
	h.Helper()
	d, err := h.desk.Draft(h.Context(), by, id, a)
	if err != nil {
		h.Fatal(err)
	}
	h.clock.pass(time.Second)
	return d
}

func TestDraftRefused(t *testing.T) {
	h, g := drafting(t, nil)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	for name, tc := range map[string]struct {
		by   desk.Email
		edit func(*desk.Answer)
		kind error
		say  string
	}{
		"a stranger":     {by: eve, kind: desk.ErrNotFound},
		"a guest":        {by: olga, kind: desk.ErrForbidden, say: "only people who work there"},
		"nobody":         {edit: func(a *desk.Answer) { a.To = nil }, kind: desk.ErrInvalid, say: "nobody in To"},
		"too long":       {edit: func(a *desk.Answer) { a.Text = strings.Repeat("ü", desk.MaxReply+1) }, kind: desk.ErrInvalid, say: "at most 8000"},
		"left open":      {edit: func(a *desk.Answer) { a.Text = "Hello {{ customer.first_name }}" }, kind: desk.ErrInvalid, say: "Not filled in: the customer's first name ({{ customer.first_name }})"},
		"without a word": {edit: func(a *desk.Answer) { a.Once = "" }, kind: desk.ErrInvalid, say: "form"},
		"burn":           {edit: func(a *desk.Answer) { a.Then = "burn" }, kind: desk.ErrInvalid, say: "Choose what becomes"},
	} {
		a, by := answer("o"), ana
		if tc.edit != nil {
			tc.edit(&a)
		}
		if tc.by != "" {
			by = tc.by
		}
		if _, err := h.desk.Draft(t.Context(), by, c.ID, a); !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("%s: %v, want %v with %q", name, err, tc.kind, tc.say)
		}
	}
	if now := h.record(c.ID); len(now.Outgoing) != 0 || g.made != 0 {
		t.Errorf("refused drafts left %+v, %d made", now.Outgoing, g.made)
	}
}

// However often the button is pressed, there is one draft; an empty text will do.
func TestDraftPressedTwice(t *testing.T) {
	h, g := drafting(t, nil)
	c := h.receive("", desk.Person, "Refund")
	a := answer("o")
	a.Text = ""
	first := h.drafts(ana, c.ID, a)
	again := h.drafts(ana, c.ID, a)
	if first.Draft != "r1" || again.Draft != "r1" || g.made != 1 {
		t.Errorf("drafts %q and %q, %d made; want one", first.Draft, again.Draft, g.made)
	}
	now := h.record(c.ID)
	if now.Status != desk.Open || len(now.Sending()) != 0 || len(now.Writing(time.Time{})) != 1 || len(h.sent()) != 0 {
		t.Errorf("%s, %+v; want nothing sent and one being written", now.Status, now.Outgoing)
	}
	if last := now.Recent[len(now.Recent)-1]; last.Kind != desk.EventDrafted || last.By != ana {
		t.Errorf("last event %+v, want the draft by ana", last)
	}
	if n := len(h.promises); n != 2 || h.promises[1].Intents[0].Draft != "r1" {
		t.Errorf("promises %+v, want the draft's handed over after it was made", h.promises)
	}
	if _, id, err := h.desk.OpenDraft(t.Context(), ben, c.ID, now.Outgoing[0].Intent); id != "r1" || err != nil {
		t.Errorf("ben opens %q, %v", id, err)
	}
	if _, _, err := h.desk.OpenDraft(t.Context(), eve, c.ID, now.Outgoing[0].Intent); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a stranger opens it: %v", err)
	}
}

// Gmail does not answer: the draft is promised, and made by the next press or
// by the outbox, whichever is first.
func TestDraftWithoutGmail(t *testing.T) {
	h, g := drafting(t, nil)
	c := h.receive("", desk.Person, "Refund")
	g.fail = errors.New("no answer")
	if d := h.drafts(ana, c.ID, answer("o")); d.Draft != "" {
		t.Errorf("draft %q", d.Draft)
	}
	if _, _, err := h.desk.OpenDraft(t.Context(), ana, c.ID, desk.DraftID(c.ID, ana, "o")); !errors.Is(err, desk.ErrInvalid) || !strings.Contains(err.Error(), "still being made") {
		t.Errorf("opened: %v", err)
	}
	g.fail = nil
	if d := h.drafts(ana, c.ID, answer("o")); d.Draft != "r1" {
		t.Errorf("draft %q, want it made by the second press", d.Draft)
	}
	// Gmail refuses it for good: the card says so, and the text is kept.
	g.fail = errors.New("no answer")
	d := h.drafts(ana, c.ID, answer("p"))
	in := must[desk.Intent](t)(h.store.Intent(t.Context(), desk.DraftID(c.ID, ana, "p")))
	if err := h.desk.Unsent(t.Context(), in, "Gmail does not accept it"); err != nil {
		t.Fatal(err)
	}
	now := h.record(c.ID)
	o, ok := now.Unsent()
	_, text, err := h.desk.Rewrite(t.Context(), ana, c.ID, o.Intent)
	if !ok || o.Why != "Gmail does not accept it" || err != nil || text.Text != answer("").Text || d.Conversation.Status != desk.Open {
		t.Errorf("%+v, %+v, %v", o, text, err)
	}
}

// A draft that was sent in Gmail is its writer's answer, once, whether Gmail
// kept our header or not.
func TestDraftSent(t *testing.T) {
	for _, kept := range []bool{true, false} {
		for then, want := range map[desk.Then]desk.Status{desk.ThenKeep: desk.Open, desk.ThenWait: desk.WaitingCustomer, desk.ThenClose: desk.Closed} {
			h, g := drafting(t, nil)
			c := h.receive("", desk.Person, "Refund")
			h.clock.pass(time.Minute)
			a := answer("o")
			a.Then = then
			d := h.drafts(ana, c.ID, a)
			g.gone(c.Thread, d.Draft)
			in := desk.IntentID("")
			if kept { // and so what else lies there does not matter
				g.lie[c.Thread] = []string{"ben's own"}
				in = desk.DraftID(c.ID, ana, "o")
			}
			got := h.own(c.Thread, in)
			if got.Status != want || got.Outgoing[0].State != desk.Sent || !got.Unanswered.IsZero() {
				t.Errorf("kept %v, %s: %s, %+v, unanswered %v; want %s and sent", kept, then, got.Status, got.Outgoing, got.Unanswered, want)
			}
			last := got.Recent[len(got.Recent)-1]
			if last.Kind != desk.EventReplied || last.By != ana {
				t.Errorf("kept %v, %s: last event %+v, want the answer by ana", kept, then, last)
			}
			// The next one from Gmail is nobody's.
			h.clock.pass(time.Minute)
			if last := h.own(c.Thread, "").Recent; last[len(last)-1].By != "" {
				t.Errorf("kept %v, %s: a second mail is credited to %s", kept, then, last[len(last)-1].By)
			}
		}
	}
}

func TestDraftOrNot(t *testing.T) {
	for name, tc := range map[string]struct {
		sender string // as Gmail names a delegate
		ben    bool   // ben has a draft as well
		play   func(g *gmailDrafts, t desk.ThreadID)
		by     desk.Email
		left   int // still being written
	}{
		"it still lies there":          {play: func(*gmailDrafts, desk.ThreadID) {}, left: 1},
		"edited, under another id":     {play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = []string{"r9"} }, left: 1},
		"gone":                         {play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = nil }, by: ana},
		"gone, sent by mia":            {sender: string(mia), play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = nil }, by: mia, left: 1},
		"both gone":                    {ben: true, play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = nil }, left: 2},
		"both gone, sent by ben":       {ben: true, sender: string(ben), play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = nil }, by: ben, left: 1},
		"one gone of two":              {ben: true, play: func(g *gmailDrafts, t desk.ThreadID) { g.gone(t, "r1") }, by: ana, left: 1},
		"Gmail does not say":           {play: func(g *gmailDrafts, t desk.ThreadID) { g.fail = errors.New("no answer") }, left: 1},
		"Gmail does not say, a sender": {sender: string(ben), play: func(g *gmailDrafts, t desk.ThreadID) { g.fail = errors.New("no answer") }, by: ben, left: 1},
		"edited by both, one was sent": {ben: true, play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = []string{"r9"} }, left: 2},
		"edited by both, sent by ben":  {ben: true, sender: string(ben), play: func(g *gmailDrafts, t desk.ThreadID) { g.lie[t] = []string{"r9"} }, by: ben, left: 1},
	} {
		h, g := drafting(t, nil)
		c := h.receive("", desk.Person, "Refund")
		h.drafts(ana, c.ID, answer("o"))
		if tc.ben {
			h.drafts(ben, c.ID, answer("o"))
		}
		tc.play(g, c.Thread)
		h.clock.pass(time.Minute)
		m, f := h.mail(c.Thread, desk.Own, "Re: Refund")
		if tc.sender != "" {
			f.Headers = map[string]string{"sender": tc.sender}
		}
		got := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
		last := got.Recent[len(got.Recent)-1]
		if last.Kind != desk.EventReplied || last.By != tc.by || len(got.Writing(time.Time{})) != tc.left {
			t.Errorf("%s: %s by %q, %d still being written; want the answer by %q, %d", name, last.Kind, last.By, len(got.Writing(time.Time{})), tc.by, tc.left)
		}
		if _, err := h.desk.Receive(t.Context(), m, f); err != nil { // once more
			t.Errorf("%s: %v", name, err)
		}
		if now := h.record(c.ID); now.Version != got.Version {
			t.Errorf("%s: the same mail counted twice", name)
		}
	}
}

// Who moved it since keeps it; the answer moves it as any answer does.
func TestDraftSentAfterAMove(t *testing.T) {
	h, g := drafting(t, nil)
	c := h.receive("", desk.Person, "Refund")
	a := answer("o")
	a.Then = desk.ThenClose
	h.drafts(ana, c.ID, a)
	h.receive(c.Thread, desk.Person, "Re: Refund")
	g.lie[c.Thread] = nil
	h.clock.pass(time.Minute)
	if got := h.own(c.Thread, ""); got.Status != desk.WaitingCustomer || !got.Unanswered.IsZero() {
		t.Errorf("%s, unanswered %v; want the answer to count for what came meanwhile, and not closed unseen", got.Status, got.Unanswered)
	}
}
