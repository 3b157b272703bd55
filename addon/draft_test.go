package addon

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// drafts is a Gmail in which drafts are made.
type drafts struct {
	mu    sync.Mutex
	store desk.Outbox
	made  int
	fail  error
}

func (g *drafts) Make(ctx context.Context, _ desk.ThreadID, in desk.Intent) (desk.Intent, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fail != nil {
		return in, g.fail
	}
	g.made++
	return g.store.Draft(ctx, in.ID, "r"+strconv.Itoa(g.made))
}

func (g *drafts) InThread(context.Context, desk.Mailbox, desk.ThreadID) ([]string, error) {
	return nil, g.fail
}

// draftsIn are the mails that were put into drafts of a conversation.
func (h *house) draftsIn(c desk.Conversation) (out []*desk.Mail) {
	h.Helper()
	now := h.record(c.ID)
	for _, o := range now.Writing(time.Time{}) {
		in, err := h.store.Intent(h.Context(), o.Intent)
		if err != nil || in.Kind != desk.IntentDraft {
			h.Fatalf("%s %v", in.Kind, err)
		}
		out = append(out, in.Mail)
	}
	return out
}

// replyForm is the form of Ana's reply, opened in the shared mailbox.
func (h *house) replyForm(c desk.Conversation) cardtest.Card {
	h.Helper()
	return h.click(ana, h.open(ana, c), "Reply as support@", nil)
}

// pressIn presses a button of a card that stands beside a thread.
func (h *house) pressIn(as desk.Email, b *cardtest.Button, form map[string]any, gmail map[string]any) []byte {
	h.Helper()
	if b == nil {
		h.Fatal("no such button")
	}
	return h.raw(strings.TrimPrefix(b.URL, publicURL), event{as: as, form: form, params: b.Parameters, gmail: gmail})
}

func draftCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"draft": func(h *house) {
			c := h.undoable().scene()
			form := h.replyForm(c)
			form.Has(h, button("Open as draft"))
			got := h.pressIn(ana, form.Button("Open as draft"), fields(form, "Half a thou"), inShared(c))
			want := `"hostAppAction":{"gmailAction":{"openCreatedDraftActionMarkup":{"draftId":"r1","draftThreadId":"` + string(c.Thread) + `"}}}`
			if !strings.Contains(string(got), want) {
				h.Errorf("answer %.400s, want %s", got, want)
			}
			cardtest.Parse(h, got).Has(h, text("You have been writing a reply in Gmail since 09:00"), not(text("on its way")))
			h.open(ben, c).Has(h, text("Ana Silva has been writing a reply in Gmail since 09:00"), text("Ana Silva began a reply in Gmail"), button("Open"))
			if ms := h.draftsIn(c); len(ms) != 1 || ms[0].Text != "Half a thou\n\n-- \nAna Silva\nAcme support" || desk.WriteRecipients(ms[0].To) != carla {
				h.Errorf("drafts %+v, want what was typed, to the customer", ms)
			}
			if n := len(h.mails(c)); n != 1 { // the draft's own
				h.Errorf("%d open mails, want none sent", n)
			}
		},
		"draft-open": func(h *house) {
			c := h.scene()
			form := h.replyForm(c)
			h.pressIn(ana, form.Button("Open as draft"), fields(form, ""), inShared(c))
			got := h.pressIn(ben, h.open(ben, c).Button("Open"), nil, inShared(c))
			if !strings.Contains(string(got), `"draftId":"r1"`) {
				h.Errorf("answer %.300s, want the draft", got)
			}
			h.now = h.now.Add(25 * time.Hour)
			h.open(ben, c).Has(h, not(text("a reply in Gmail since")))
		},
	}
}

// Over a copy in her own mailbox, Gmail could not open the draft: the thread in
// the shared mailbox is opened by a link, and the card says where the draft is.
func TestDraftFromOwnMailbox(t *testing.T) {
	h := newHouse(t)
	c := h.mailFrom(desk.Message{Subject: "Refund", RFC: "r@shop.example"})
	h.mail.ids[ownMessage] = []desk.RFCID{"r@shop.example"}
	own := inOwn(ownMessage, ownThread)
	card := h.show("/addon/message", event{as: ana, gmail: own})
	form := cardtest.Parse(t, h.pressIn(ana, card.Button("Reply as support@"), nil, own))
	got := string(h.pressIn(ana, form.Button("Open as draft"), fields(form, "T"), own))
	link := `"url":"https://mail.google.com/mail/?authuser=support%40acme.test#all/` + string(c.Thread) + `"`
	if strings.Contains(got, "hostAppAction") || !strings.Contains(got, link) || !strings.Contains(got, "support@acme.test's own Gmail") {
		t.Errorf("answer %.600s, want a link %s and where it is", got, link)
	}
}

func TestDraftRefusedStays(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	form := h.replyForm(c)
	f := fields(form, "Hello {{customer.first_name}}")
	got := h.click(ana, form, "Open as draft", f)
	got.Has(t, cardtest.HasText("Not filled in: the customer's first name ({{customer.first_name}})."))
	if in := got.Input("text"); in == nil || in.Value != "Hello {{customer.first_name}}" {
		t.Errorf("text %+v, want what was typed", in)
	}
	f["to"] = "carla@"
	h.click(ana, form, "Open as draft", f).Has(t, cardtest.HasText("“carla@” is not a mail address"))
	if h.gmailDrafts.made != 0 || len(h.record(c.ID).Outgoing) != 0 {
		t.Error("a refused draft was made")
	}
	// A guest may answer, and has no way into the mailbox's Gmail.
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareReply}))
	guest := h.click(uwe, h.open(uwe, c), "Reply as support@", nil)
	guest.Has(t, cardtest.Not(cardtest.HasButton("Open as draft")))
	h.do("draft", uwe, c, map[string]any{"to": carla, "text": "T"}, "once", "o").Has(t, cardtest.HasText("only people who work there can open"))
}

// Gmail does not answer: nothing is lost, and the card says what happens next.
func TestDraftLater(t *testing.T) {
	h := newHouse(t)
	h.gmailDrafts.fail = errors.New("no answer")
	c := h.scene()
	form := h.replyForm(c)
	got := h.click(ana, form, "Open as draft", fields(form, "T"))
	got.Has(t, cardtest.HasText("Gmail does not answer just now. The draft is made as soon as it does"), cardtest.HasText("You have been writing a reply in Gmail"))
	h.click(ana, got, "Open", nil).Has(t, cardtest.HasText("still being made"))
	h.gmailDrafts.fail = nil
	h.click(ana, form, "Open as draft", fields(form, "T")) // the doubled tap makes it
	if ms := h.draftsIn(c); len(ms) != 1 || h.gmailDrafts.made != 1 {
		t.Errorf("%d drafts in the record, %d made; want one", len(ms), h.gmailDrafts.made)
	}
}
