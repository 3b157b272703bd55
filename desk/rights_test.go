package desk_test

import (
	"errors"
	"testing"
	"time"

	"baton/desk"
)

// TestEveryMethodChecksRights runs every method on a conversation as everybody
// who could be there, and compares with the table of what each may do.
func TestEveryMethodChecksRights(t *testing.T) {
	actions := []struct {
		name  string
		right desk.Right
		do    func(h *house, who desk.Email, c desk.Conversation) error
	}{
		{"open", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.OpenID(h.Context(), who, c.ID)
			return err
		}},
		{"open by handle", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Open(h.Context(), who, desk.HandleThread(c.Thread))
			return err
		}},
		{"open by message id", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.OpenBest(h.Context(), who, desk.HandleRFC(c.LastRFC))
			return err
		}},
		{"history", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, _, _, err := h.desk.History(h.Context(), who, c.ID, desk.Page{Limit: 5})
			return err
		}},
		{"notes", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, _, _, err := h.desk.Notes(h.Context(), who, c.ID, desk.Page{Limit: 5})
			return err
		}},
		{"note versions", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, _, err := h.desk.Note(h.Context(), who, c.ID, c.Notes[0].ID)
			return err
		}},
		{"settle a mention", desk.RightSee, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.SettleMention(h.Context(), who, c.ID, c.Notes[0].ID)
			return err
		}},
		{"customer", desk.RightCustomer, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Customer(h.Context(), who, c.ID)
			return err
		}},
		{"same person", desk.RightCustomer, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.SamePerson(h.Context(), who, c.ID, kimWork)
			return err
		}},
		{"other person", desk.RightCustomer, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.OtherPerson(h.Context(), who, c.ID, kimWork)
			return err
		}},
		{"separate", desk.RightProgress, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Separate(h.Context(), who, c.ID, "nothing")
			return err
		}},
		{"take", desk.RightAssign, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Take(h.Context(), who, c.ID, 0)
			return err
		}},
		{"give", desk.RightAssign, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Give(h.Context(), who, c.ID, 0, desk.Give{To: ben})
			return err
		}},
		{"close", desk.RightProgress, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Close(h.Context(), who, c.ID, 0)
			return err
		}},
		{"priority", desk.RightSort, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.SetPriority(h.Context(), who, c.ID, 0, desk.High)
			return err
		}},
		{"tag", desk.RightSort, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.AddTag(h.Context(), who, c.ID, "x")
			return err
		}},
		{"untag", desk.RightSort, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.RemoveTag(h.Context(), who, c.ID, "x")
			return err
		}},
		{"note", desk.RightNote, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.AddNote(h.Context(), who, c.ID, "once", "hello")
			return err
		}},
		{"share", desk.RightShare, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.Share(h.Context(), who, c.ID, desk.Invite{To: "new@acme.test", Role: desk.ShareView})
			return err
		}},
		{"stop a share", desk.RightShare, func(h *house, who desk.Email, c desk.Conversation) error {
			_, err := h.desk.StopShare(h.Context(), who, c.ID, c.Shares[0].ID)
			return err
		}},
	}
	all := map[desk.Right]bool{desk.RightSee: true, desk.RightNote: true, desk.RightAssign: true, desk.RightProgress: true, desk.RightSort: true, desk.RightShare: true, desk.RightCustomer: true}
	people := []struct {
		name string
		who  desk.Email
		sees bool
		may  map[desk.Right]bool
	}{
		{"agent", ana, true, all},
		{"manager", mia, true, all},
		{"admin", adam, true, all},
		{"guest to read", olga, true, map[desk.Right]bool{desk.RightSee: true}},
		{"guest to comment", "carl@acme.test", true, map[desk.Right]bool{desk.RightSee: true, desk.RightNote: true}},
		{"guest whose share was stopped", "stop@acme.test", false, nil},
		{"guest whose share ran out", "late@acme.test", false, nil},
		{"stranger", eve, false, nil},
		{"nobody", "", false, nil},
	}
	for _, a := range actions {
		t.Run(a.name, func(t *testing.T) {
			h := newHouse(t)
			for _, p := range people {
				c := sharedConversation(h)
				err := a.do(h, p.who, c)
				switch {
				case !p.sees && !errors.Is(err, desk.ErrNotFound):
					t.Errorf("%s: %v, want not found", p.name, err)
				case p.sees && p.may[a.right] && err != nil:
					t.Errorf("%s: %v, want it done", p.name, err)
				case p.sees && !p.may[a.right] && !errors.Is(err, desk.ErrForbidden):
					t.Errorf("%s: %v, want it refused", p.name, err)
				}
				if err == nil {
					continue
				}
				if now := must[desk.Conversation](t)(h.store.Conversation(t.Context(), c.ID)); now.Version != c.Version {
					t.Errorf("%s: refused and yet version %d became %d", p.name, c.Version, now.Version)
				}
			}
		})
	}
}

// sharedConversation is one with a note, and shares in every state.
func sharedConversation(h *house) desk.Conversation {
	h.Helper()
	ctx := h.Context()
	c := h.receive("", desk.Person, "S")
	do := must[desk.Conversation](h.T)
	do(h.desk.AddNote(ctx, mia, c.ID, "n", "a remark"))
	do(h.desk.Share(ctx, mia, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	do(h.desk.Share(ctx, mia, c.ID, desk.Invite{To: "carl@acme.test", Role: desk.ShareComment}))
	do(h.desk.Share(ctx, mia, c.ID, desk.Invite{To: "late@acme.test", Role: desk.ShareComment, Until: h.clock.now().Add(time.Minute)}))
	c = do(h.desk.Share(ctx, mia, c.ID, desk.Invite{To: "stop@acme.test", Role: desk.ShareComment}))
	c = do(h.desk.StopShare(ctx, mia, c.ID, c.Shares[len(c.Shares)-1].ID))
	h.clock.pass(time.Hour)
	return c
}

func TestUnknownAndForeignLookAlike(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Secret")
	_, foreign := h.desk.OpenID(t.Context(), eve, c.ID)
	_, unknown := h.desk.OpenID(t.Context(), eve, "nosuchconversation")
	if foreign == nil || unknown == nil || foreign.Error() != unknown.Error() {
		t.Errorf("foreign: %v, unknown: %v; want the same answer", foreign, unknown)
	}
}

func TestThreadIDsOfTwoMailboxesMayCollide(t *testing.T) {
	h := newHouse(t)
	m, f := h.mail("", desk.Person, "A")
	one := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	m.Mailbox, f.Mailbox, m.RFC = sales, sales, "other@shop.example"
	two := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	if one.ID == two.ID {
		t.Fatal("one record for two mailboxes")
	}
	// Ana works in support only, Ben in both.
	v := must[desk.View](t)(h.desk.Open(t.Context(), ana, desk.HandleThread(m.Thread)))
	if v.ID != one.ID {
		t.Errorf("ana opened %s, want support's", v.ID)
	}
	if _, err := h.desk.Open(t.Context(), ben, desk.HandleThread(m.Thread)); !errors.Is(err, desk.ErrAmbiguous) {
		t.Errorf("ben: %v, want ErrAmbiguous", err)
	}
	v = must[desk.View](t)(h.desk.OpenBest(t.Context(), ben, desk.HandleRFC("other@shop.example")))
	if v.ID != two.ID {
		t.Errorf("by message id ben opened %s, want the one in sales", v.ID)
	}
}
