package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

const quiet = 5 * time.Minute

// notified makes a house whose support mailbox sends notices.
func notified(t *testing.T, change func(*desk.Notices)) *house {
	t.Helper()
	h := newHouse(t)
	h.policy(func(p *desk.Policy) {
		n := &p.Mailboxes[0].Notices
		*n = desk.Notices{About: desk.DefaultAbout(), Quiet: quiet}
		if change != nil {
			change(n)
		}
	})
	return h
}

// policy puts a changed policy into force.
func (h *house) policy(change func(*desk.Policy)) {
	p := acme()
	change(p)
	h.desk.SetPolicy(p, h.rules)
}

// timers are the notify intents that were promised, oldest first.
func (h *house) timers() (out []desk.Intent) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.promises {
		for _, in := range p.Intents {
			if in.Kind == desk.IntentNotify {
				out = append(out, in)
			}
		}
	}
	return out
}

// due lets the quiet period pass and performs every notice that is due, as the
// outbox does, and gives the mails.
func (h *house) due() (out []desk.Mail) {
	h.Helper()
	h.clock.pass(quiet)
	for _, in := range h.timers() {
		now, err := h.store.Intent(h.Context(), in.ID)
		if err != nil {
			h.Fatal(err)
		}
		if !now.State.Open() {
			continue
		}
		got, s, err := h.desk.Notice(h.Context(), now, desk.RFCID("notice."+string(in.ID)+"@acme.test"))
		if err != nil {
			h.Fatal(err)
		}
		switch s.State {
		case "":
			if len(got.Mail.To) != 1 || got.Mail.From.Email != desk.Email(support) || got.Mail.Notice != in.Conversation || !got.Mail.Automatic {
				h.Errorf("mail %+v", got.Mail)
			}
			out = append(out, *got.Mail)
			if err := h.desk.Noticed(h.Context(), in); err != nil {
				h.Fatal(err)
			}
			s.State = desk.IntentDone
		case desk.IntentCancelled:
		default:
			h.Errorf("%+v", s)
		}
		_, err = h.store.Claim(h.Context(), "t", h.clock.now(), h.clock.now().Add(time.Second), 100)
		if err == nil {
			_, err = h.store.Settle(h.Context(), []desk.Settlement{{ID: in.ID, Holder: "t", State: s.State}})
		}
		if err != nil {
			h.Fatal(err)
		}
		h.clock.pass(time.Second)
	}
	return out
}

// tells fails unless the mails are one each to the persons, in whose text stand
// the words after their address.
func tells(t *testing.T, mails []desk.Mail, want map[desk.Email][]string) {
	t.Helper()
	var to []desk.Email
	for _, m := range mails {
		to = append(to, m.To[0].Email)
		for _, words := range want[m.To[0].Email] {
			if !strings.Contains(m.Text, words) {
				t.Errorf("the mail to %s does not say %q but %q", m.To[0].Email, words, m.Text)
			}
		}
		if _, ok := want[m.To[0].Email]; !ok {
			t.Errorf("%s got a mail: %q", m.To[0].Email, m.Text)
		}
	}
	slices.Sort(to)
	if len(slices.Compact(to)) != len(want) || len(mails) != len(want) {
		t.Errorf("mails to %v, want one to each of %d", to, len(want))
	}
}

func (h *house) give(c desk.Conversation, by, to desk.Email) desk.Conversation {
	h.Helper()
	return must[desk.Conversation](h.T)(h.desk.Give(h.Context(), by, c.ID, 0, desk.Give{To: to, Why: "canary"}))
}

// What nobody is to be told of, with what happens before the quiet period ends.
func TestNoNotice(t *testing.T) {
	for name, does := range map[string]func(h *house, c desk.Conversation) error{
		"to the actor": func(h *house, c desk.Conversation) error {
			_, err := h.desk.Take(h.Context(), ben, c.ID, 0)
			return err
		},
		"given back": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			_, err := h.desk.Undo(h.Context(), ana, c.ID, h.last(c.ID))
			return err
		},
		"taken and given back": func(h *house, c desk.Conversation) error {
			must[desk.Conversation](h.T)(h.desk.Take(h.Context(), ben, c.ID, 0))
			must[desk.Conversation](h.T)(h.desk.Take(h.Context(), mia, c.ID, 0))
			_, err := h.desk.Undo(h.Context(), mia, c.ID, h.last(c.ID))
			return err
		},
		"opened": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			_, err := h.desk.OpenID(h.Context(), ben, c.ID)
			return err
		},
		"acted": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			_, err := h.desk.AddTag(h.Context(), ben, c.ID, "seen")
			return err
		},
		"closed": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			_, err := h.desk.Close(h.Context(), ana, c.ID, 0)
			return err
		},
		"note taken back": func(h *house, c desk.Conversation) error {
			must[desk.Conversation](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "1", "ask @ben"))
			_, err := h.desk.Undo(h.Context(), ana, c.ID, h.last(c.ID))
			return err
		},
		"named no longer": func(h *house, c desk.Conversation) error {
			c = must[desk.Conversation](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "1", "ask @ben"))
			_, err := h.desk.EditNote(h.Context(), ana, c.ID, c.Notes[0].ID, "solved")
			return err
		},
		"named themself": func(h *house, c desk.Conversation) error {
			_, err := h.desk.AddNote(h.Context(), ben, c.ID, "1", "I, @ben")
			return err
		},
		"share stopped": func(h *house, c desk.Conversation) error {
			c = must[desk.Conversation](h.T)(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
			_, err := h.desk.StopShare(h.Context(), ana, c.ID, c.Shares[0].ID)
			return err
		},
		"share over": func(h *house, c desk.Conversation) error {
			_, err := h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: h.clock.now().Add(quiet / 2)})
			return err
		},
		"guest looked": func(h *house, c desk.Conversation) error {
			must[desk.Conversation](h.T)(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
			_, err := h.desk.OpenID(h.Context(), olga, c.ID)
			return err
		},
		"off the roster": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			h.policy(func(p *desk.Policy) {
				p.Mailboxes[0].Notices = desk.Notices{About: desk.AllAbout()}
				p.Members = slices.DeleteFunc(p.Members, func(m desk.Member) bool { return m.Email == ben })
			})
			return nil
		},
		"switched off": func(h *house, c desk.Conversation) error {
			h.give(c, ana, ben)
			h.policy(func(*desk.Policy) {})
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := notified(t, nil)
			c := h.receive("", desk.Person, "S")
			if err := does(h, c); err != nil {
				t.Fatal(err)
			}
			tells(t, h.due(), nil)
			if c := must[desk.Conversation](t)(h.store.Conversation(t.Context(), c.ID)); len(c.Notices) != 0 {
				t.Errorf("the record keeps %+v", c.Notices)
			}
		})
	}
}

// last is the number of a conversation's newest event.
func (h *house) last(id desk.ConversationID) int64 {
	h.Helper()
	return must[desk.Conversation](h.T)(h.store.Conversation(h.Context(), id)).EventSeq
}

func TestNotices(t *testing.T) {
	for name, tc := range map[string]struct {
		does func(h *house, c desk.Conversation)
		want map[desk.Email][]string
	}{
		"given": {func(h *house, c desk.Conversation) { h.give(c, ana, ben) },
			map[desk.Email][]string{ben: {"Ana Silva gave you a conversation in Support.", "It is due Monday, 2 March 2026, 13:00 UTC."}}},
		"given, named twice and by two": {func(h *house, c desk.Conversation) {
			h.give(c, ana, ben)
			for i, by := range []desk.Email{ana, mia, ana} {
				must[desk.Conversation](h.T)(h.desk.AddNote(h.Context(), by, c.ID, string(rune('0'+i)), "ask @ben"))
			}
		}, map[desk.Email][]string{ben: {"Ana Silva gave you", "Ana Silva and Mia Lindqvist mentioned you in notes"}}},
		"taken over": {func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.Take(h.Context(), ana, c.ID, 0))
			h.give(c, mia, ben)
		}, map[desk.Email][]string{ana: {"Mia Lindqvist gave a conversation of yours in Support to Ben Okafor."}, ben: {"Mia Lindqvist gave you"}}},
		"given on before anybody was told": {func(h *house, c desk.Conversation) {
			h.give(c, ana, ben)
			h.give(c, ana, mia)
		}, map[desk.Email][]string{mia: {"Ana Silva gave you"}}},
		"shared": {func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply, Why: "canary"}))
		}, map[desk.Email][]string{olga: {"Ana Silva shared a conversation in Support with you.", "It is shared until Wednesday, 1 April 2026, 09:00 UTC, to read and answer."}}},
		"shared again after a stop": {func(h *house, c desk.Conversation) {
			c = must[desk.Conversation](h.T)(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
			must[desk.Conversation](h.T)(h.desk.StopShare(h.Context(), ana, c.ID, c.Shares[0].ID))
			must[desk.Conversation](h.T)(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
		}, map[desk.Email][]string{olga: {"Ana Silva shared"}}},
		"released by a manager": {func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.Take(h.Context(), ana, c.ID, 0))
			must[desk.Conversation](h.T)(h.desk.Release(h.Context(), mia, c.ID, 0))
		}, map[desk.Email][]string{ana: {"Mia Lindqvist put a conversation of yours back into the queue in Support."}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := notified(t, nil)
			c := h.receive("", desk.Person, "Heron")
			tc.does(h, c)
			mails := h.due()
			tells(t, mails, tc.want)
			for _, m := range mails {
				for _, secret := range []string{"canary", "Heron", "Carla", "ask"} {
					if strings.Contains(m.Subject+m.Text, secret) {
						t.Errorf("the mail says %q: %q", secret, m.Text)
					}
				}
			}
			tells(t, h.due(), nil)
		})
	}
}
