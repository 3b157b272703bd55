package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
)

// No note gets into a mail, whatever was written around it: every note carries
// a word of its own, and none of these is in any mail that a reply composes.
func TestNoNoteInAnyMail(t *testing.T) {
	h := newHouse(t).undoable()
	mails := 0
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		c := h.receive("", desk.Person, "Refund")
		var canaries []string
		canary := func() string {
			h.n++
			canaries = append(canaries, fmt.Sprintf("canary%dyellow", h.n))
			return canaries[len(canaries)-1]
		}
		check := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		var out []desk.Intent
		reply := func(a desk.Answer) {
			h.n++
			a.Once = fmt.Sprint("once ", h.n)
			got, err := h.desk.Reply(ctx, ana, c.ID, 0, a)
			check(err)
			in, err := h.store.Intent(ctx, got.Outgoing[len(got.Outgoing)-1].Intent)
			check(err)
			out = append(out, in)
		}
		steps := map[string]func(){
			"note": func() {
				_, err := h.desk.AddNote(ctx, ben, c.ID, "", canary()+" @ana")
				check(err)
			},
			"edit": func() {
				now := h.record(c.ID)
				if i := slices.IndexFunc(now.Notes, func(n desk.Note) bool { return n.By == ben }); i >= 0 {
					_, err := h.desk.EditNote(ctx, ben, c.ID, now.Notes[i].ID, canary())
					check(err)
				}
			},
			"why": func() { // reasons and shares are the team's own words, too
				_, err := h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana, Why: canary()})
				check(err)
				_, err = h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply, Why: canary()})
				check(err)
			},
			"mail": func() {
				h.clock.pass(time.Minute)
				m, f := h.mail(c.Thread, desk.Person, "Re: Refund")
				_, err := h.desk.Receive(ctx, m, f)
				check(err)
			},
			"reply": func() {
				reply(answer(""))
				h.own(c.Thread, out[len(out)-1].ID)
			},
			"ask": func() { // the words of who gives it back are a note
				ask := func(a desk.Answer) desk.IntentID {
					h.n++
					a.Once, a.Ask, a.Anyway = fmt.Sprint("once ", h.n), &desk.Ask{To: mia}, true
					got, err := h.desk.Reply(ctx, ana, c.ID, 0, a)
					check(err)
					return got.Outgoing[len(got.Outgoing)-1].Intent
				}
				first := ask(answer(""))
				_, err := h.desk.GiveBack(ctx, mia, c.ID, first, canary())
				check(err)
				_, a, err := h.desk.Rewrite(ctx, ana, c.ID, first)
				check(err)
				second := ask(a)
				got, err := h.desk.Approve(ctx, mia, c.ID, second, h.record(c.ID).Version, desk.Yes{Anyway: true})
				check(err)
				for _, id := range []desk.IntentID{first, second, got.Outgoing[len(got.Outgoing)-1].Intent} {
					in, err := h.store.Intent(ctx, id)
					check(err)
					out = append(out, in)
				}
				h.own(c.Thread, out[len(out)-1].ID)
			},
			"later": func() {
				a := answer("")
				a.Later = h.clock.now().Add(time.Hour)
				reply(a)
				got, err := h.desk.SendNow(ctx, ana, c.ID, out[len(out)-1].ID)
				check(err)
				in, err := h.store.Intent(ctx, got.Outgoing[len(got.Outgoing)-1].Intent)
				check(err)
				out = append(out, in)
				h.own(c.Thread, in.ID)
			},
			"again": func() {
				reply(answer(""))
				in := out[len(out)-1]
				check(h.desk.Unsent(ctx, in, "the limit is reached"))
				_, a, err := h.desk.Rewrite(ctx, ben, c.ID, in.ID)
				check(err)
				reply(a)
				h.own(c.Thread, out[len(out)-1].ID)
			},
			"undo": func() {
				reply(answer(""))
				_, a, err := h.desk.Unsend(ctx, ana, c.ID, out[len(out)-1].ID)
				check(err)
				reply(a)
				h.own(c.Thread, out[len(out)-1].ID)
			},
		}
		names := slices.Sorted(maps.Keys(steps))
		for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 2, 8).Draw(rt, "steps") {
			steps[name]()
		}
		for _, in := range out {
			b, err := json.Marshal(in)
			check(err)
			for _, word := range canaries {
				if strings.Contains(string(b), word) {
					rt.Fatalf("%s got into %s", word, b)
				}
			}
		}
		mails += len(out)
	})
	if mails < 50 {
		t.Errorf("only %d mails were written: this test tests little", mails)
	}
}
