package desk_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baton/desk"
)

// asItWas compares records but for what counts changes.
func asItWas(before, after desk.Conversation) string {
	return cmp.Diff(before, after, cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(desk.Conversation{}, "Version", "EventSeq", "Recent", "LabelsRev", "Worn", "Marks", "Labels", "Refusal", "Standoff", "Woke"),
		cmpopts.IgnoreFields(desk.Napping{}, "Timer"), cmpopts.IgnoreFields(desk.Joined{}, "Since"))
}

// eventKinds reads the kinds of events from this package's source.
func eventKinds(t *testing.T) map[string]desk.EventKind {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]desk.EventKind{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok {
				if typ, ok := v.Type.(*ast.Ident); ok && typ.Name == "EventKind" && len(v.Values) == 1 {
					text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
					if err != nil {
						t.Fatal(err)
					}
					kinds[v.Names[0].Name] = desk.EventKind(text)
				}
			}
			return true
		})
	}
	return kinds
}

// besideRecord are the kinds that change something beside the record.
var besideRecord = []desk.EventKind{desk.EventMentionDone, desk.EventSame, desk.EventNotSame}

// TestEveryKindIsDecided wants a case for each kind of event: what is undone,
// or that it is refused with words.
func TestEveryKindIsDecided(t *testing.T) {
	undone, refused := undoCases(), refusedCases()
	maps.Copy(undone, mergeUndoCases())
	undone[desk.EventHandedOut] = handedOutCase
	maps.Copy(refused, mergeRefusedCases())
	maps.Copy(refused, approvalRefusedCases())
	kinds := eventKinds(t)
	if len(kinds) < 23 {
		t.Fatalf("%d kinds found in the source, want all", len(kinds))
	}
	for name, kind := range kinds {
		if kind == desk.EventTakenBack {
			continue // an undo; every case below undoes one
		}
		if undone[kind] == nil == (refused[kind] == nil) {
			t.Errorf("%s: want a case in undoCases or in refusedCases: can it be undone?", name)
		}
	}
	for kind, play := range refused {
		t.Run("refuses "+string(kind), func(t *testing.T) {
			h := newHouse(t)
			c := play(h)
			seq := int64(0)
			for _, ev := range c.Recent {
				if ev.Kind == kind {
					seq = ev.Seq
				}
			}
			_, err := h.desk.Undo(t.Context(), mia, c.ID, seq)
			var p *desk.Problem
			if !errors.As(err, &p) || !errors.Is(err, desk.ErrInvalid) || len(p.Say) < 30 {
				t.Errorf("undo: %v, want it refused with words", err)
			}
			if v, err := h.desk.OpenID(t.Context(), mia, c.ID); err != nil || h.desk.Undoable(mia, v)[seq] || v.Version != c.Version {
				t.Errorf("it is offered, or changed something: %v", err)
			}
		})
	}
	for kind, play := range undone {
		t.Run("undoes "+string(kind), func(t *testing.T) {
			h := newHouse(t)
			before, by, after := play(h)
			last := after.Recent[len(after.Recent)-1]
			if last.Kind != kind || asItWas(before, after) == "" && !slices.Contains(besideRecord, kind) {
				t.Fatalf("the case does %s, or nothing", last.Kind)
			}
			h.clock.pass(time.Minute)
			undo := func(c desk.Conversation) desk.Conversation {
				t.Helper()
				last := c.Recent[len(c.Recent)-1]
				v := must[desk.View](t)(h.desk.OpenID(t.Context(), by, c.ID))
				if !h.desk.Undoable(by, v)[last.Seq] {
					t.Errorf("%s %d is not offered to be undone", last.Kind, last.Seq)
				}
				c = must[desk.Conversation](t)(h.desk.Undo(t.Context(), by, c.ID, last.Seq))
				if again := must[desk.Conversation](t)(h.desk.Undo(t.Context(), by, c.ID, last.Seq)); again.Version != c.Version {
					t.Errorf("undoing %s twice changed it twice", last.Kind)
				}
				return c
			}
			mentions := func() int {
				rows, _, err := h.store.MentionsOf(t.Context(), ben, desk.Page{Limit: 10})
				if err != nil {
					t.Fatal(err)
				}
				return len(rows)
			}
			named := mentions()
			back := undo(after)
			if d := asItWas(before, back); d != "" {
				t.Errorf("undone (-before +after):\n%s", d)
			}
			if kind == desk.EventMentionDone && mentions() != named+1 {
				t.Errorf("%d open mentions, %d while it was done", mentions(), named)
			}
			again := undo(back)
			if d := asItWas(after, again); d != "" || mentions() != named {
				t.Errorf("made again (-before +after), %d mentions:\n%s", mentions(), d)
			}
			if d := asItWas(before, undo(again)); d != "" {
				t.Errorf("undone again (-before +after):\n%s", d)
			}
		})
	}
}

// undoCases do one change each: the record before, who did it, the record after.
func undoCases() map[desk.EventKind]func(h *house) (desk.Conversation, desk.Email, desk.Conversation) {
	type conv = desk.Conversation
	prepared := func(h *house) conv {
		c := h.receive("", desk.Person, "S")
		do := must[conv](h.T)
		do(h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana, Why: "you know them", Due: h.clock.now().Add(time.Hour)}))
		do(h.desk.AddTag(h.Context(), ben, c.ID, "vip"))
		do(h.desk.AddNote(h.Context(), ana, c.ID, "n", "first, see @ben"))
		return do(h.desk.Share(h.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "stock"}))
	}
	one := func(by desk.Email, do func(h *house, c conv) (conv, error)) func(h *house) (conv, desk.Email, conv) {
		return func(h *house) (conv, desk.Email, conv) {
			h.Helper()
			c := prepared(h)
			h.clock.pass(time.Minute)
			return c, by, must[conv](h.T)(do(h, c))
		}
	}
	return map[desk.EventKind]func(h *house) (conv, desk.Email, conv){
		desk.EventTaken: one(ben, func(h *house, c conv) (conv, error) { return h.desk.Take(h.Context(), ben, c.ID, 0) }),
		desk.EventGiven: one(ana, func(h *house, c conv) (conv, error) {
			return h.desk.Give(h.Context(), ana, c.ID, 0, desk.Give{To: ben})
		}),
		desk.EventDeclined: one(ana, func(h *house, c conv) (conv, error) { return h.desk.Decline(h.Context(), ana, c.ID, 0, "away") }),
		desk.EventReleased: one(mia, func(h *house, c conv) (conv, error) { return h.desk.Release(h.Context(), mia, c.ID, 0) }),
		desk.EventStatus:   one(ana, func(h *house, c conv) (conv, error) { return h.desk.Close(h.Context(), ana, c.ID, 0) }),
		desk.EventSnoozed: one(ana, func(h *house, c conv) (conv, error) {
			return h.desk.Snooze(h.Context(), ana, c.ID, 0, desk.Nap{Until: h.clock.now().Add(72 * time.Hour), Why: "parts"})
		}),
		desk.EventWoke: func(h *house) (conv, desk.Email, conv) {
			c := must[conv](h.T)(h.desk.Snooze(h.Context(), ana, prepared(h).ID, 0, desk.Nap{Until: h.clock.now().Add(72 * time.Hour)}))
			h.clock.pass(time.Minute)
			return c, ben, must[conv](h.T)(h.desk.WakeNow(h.Context(), ben, c.ID, 0))
		},
		desk.EventReopened: func(h *house) (conv, desk.Email, conv) {
			c := must[conv](h.T)(h.desk.Close(h.Context(), ana, prepared(h).ID, 0))
			h.clock.pass(time.Minute)
			return c, ben, must[conv](h.T)(h.desk.Reopen(h.Context(), ben, c.ID, 0))
		},
		desk.EventBounceSeen: func(h *house) (conv, desk.Email, conv) {
			c := h.bounced(prepared(h).Thread)
			h.clock.pass(time.Minute)
			return c, ben, must[conv](h.T)(h.desk.SeeBounce(h.Context(), ben, c.ID))
		},
		desk.EventPriority: one(ana, func(h *house, c conv) (conv, error) {
			return h.desk.SetPriority(h.Context(), ana, c.ID, 0, desk.High)
		}),
		desk.EventTagged:   one(ana, func(h *house, c conv) (conv, error) { return h.desk.AddTag(h.Context(), ana, c.ID, "Refund") }),
		desk.EventUntagged: one(ana, func(h *house, c conv) (conv, error) { return h.desk.RemoveTag(h.Context(), ana, c.ID, "VIP") }),
		desk.EventNoted: func(h *house) (conv, desk.Email, conv) {
			c := prepared(h)
			for i := range desk.KeptNotes + 3 { // the oldest is not in the record any more
				h.clock.pass(time.Minute)
				c = must[conv](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "", strconv.Itoa(i)))
			}
			h.clock.pass(time.Minute)
			return c, ana, must[conv](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "", "see @mia"))
		},
		desk.EventNoteEdited: one(ana, func(h *house, c conv) (conv, error) {
			return h.desk.EditNote(h.Context(), ana, c.ID, c.Notes[0].ID, "second")
		}),
		desk.EventShared: one(mia, func(h *house, c conv) (conv, error) {
			return h.desk.Share(h.Context(), mia, c.ID, desk.Invite{To: olga, Role: desk.ShareReply, Why: "other"})
		}),
		desk.EventShareStopped: one(ben, func(h *house, c conv) (conv, error) { return h.desk.StopShare(h.Context(), ben, c.ID, c.Shares[0].ID) }),
		desk.EventTodo: one(ana, func(h *house, c conv) (conv, error) {
			return h.desk.AddTodo(h.Context(), ana, c.ID, "", desk.Task{For: ben, Text: "call them", Due: h.clock.now().Add(time.Hour)})
		}),
		desk.EventTodoDone: func(h *house) (conv, desk.Email, conv) {
			c := must[conv](h.T)(h.desk.AddTodo(h.Context(), ana, prepared(h).ID, "", desk.Task{For: ben, Text: "call them"}))
			h.clock.pass(time.Minute)
			return c, mia, must[conv](h.T)(h.desk.DoTodo(h.Context(), mia, c.ID, c.Todos[0].ID))
		},
		desk.EventFollowed: one(ben, func(h *house, c conv) (conv, error) { return h.desk.Follow(h.Context(), ben, c.ID, desk.FollowAll) }),
		desk.EventMentionDone: one(ben, func(h *house, c conv) (conv, error) {
			return h.desk.SettleMention(h.Context(), ben, c.ID, c.Notes[0].ID)
		}),
	}
}

// refusedCases do what cannot be undone and give the record then.
func refusedCases() map[desk.EventKind]func(h *house) desk.Conversation {
	type conv = desk.Conversation
	mailed := func(h *house) conv { return h.receive("", desk.Person, "S") }
	answered := func(h *house) conv {
		c := mailed(h)
		return must[conv](h.T)(h.desk.Reply(h.Context(), ana, c.ID, 0, desk.Answer{Text: "Hello", Then: desk.ThenKeep, To: []desk.Address{{Email: "carla@shop.example"}}}))
	}
	reoffered := func(h *house) conv {
		c := must[conv](h.T)(h.desk.Take(h.Context(), ana, mailed(h).ID, 0))
		plan := must[desk.Plan](h.T)(h.desk.ReofferPlan(h.Context(), ana))
		must[desk.Plan](h.T)(h.desk.Reoffer(h.Context(), ana, plan.Version))
		return must[conv](h.T)(h.store.Conversation(h.Context(), c.ID))
	}
	return map[desk.EventKind]func(h *house) conv{
		desk.EventOpened:   mailed,
		desk.EventReceived: func(h *house) conv { return h.receive(mailed(h).Thread, desk.Person, "Re: S") },
		desk.EventReplied:  func(h *house) conv { return h.receive(mailed(h).Thread, desk.Own, "Re: S") },
		desk.EventAnswered: answered,
		desk.EventDrafted: func(h *house) conv {
			c := mailed(h)
			d, err := h.desk.Draft(h.Context(), ana, c.ID, desk.Answer{Once: "o", To: []desk.Address{{Email: "carla@shop.example"}}})
			return must[conv](h.T)(d.Conversation, err)
		},
		desk.EventDoubled: func(h *house) conv {
			c := mailed(h)
			h.teamMail(c.Thread, ana)
			return h.teamMail(c.Thread, ben)
		},
		desk.EventBounced: func(h *house) conv { return h.bounced(mailed(h).Thread) },
		desk.EventDelayed: func(h *house) conv {
			c := h.teamMail(mailed(h).Thread, ana)
			return h.reported(c.Thread, lastSent(c), desk.Failure{To: "carla@shop.example", Why: desk.FailedExpired, Delayed: true})
		},
		desk.EventUndone: func(h *house) conv {
			c := answered(h)
			c, _, err := h.desk.Unsend(h.Context(), ana, c.ID, c.Sending()[0].Intent)
			return must[conv](h.T)(c, err)
		},
		desk.EventUnsent: func(h *house) conv {
			c := answered(h)
			in := must[desk.Intent](h.T)(h.store.Intent(h.Context(), c.Sending()[0].Intent))
			if err := h.desk.Unsent(h.Context(), in, "because"); err != nil {
				h.Fatal(err)
			}
			return must[conv](h.T)(h.store.Conversation(h.Context(), c.ID))
		},
		desk.EventRouted: func(h *house) conv {
			h.rules["S"] = desk.Routing{Matched: []string{"r"}, Person: ana, Reason: "rule r matched"}
			return mailed(h)
		},
		desk.EventShareRead: func(h *house) conv {
			c := must[conv](h.T)(h.desk.Share(h.Context(), ana, mailed(h).ID, desk.Invite{To: olga, Role: desk.ShareView}))
			return must[desk.View](h.T)(h.desk.OpenID(h.Context(), olga, c.ID)).Conversation
		},
		desk.EventReoffered: reoffered,
		desk.EventNoteErased: func(h *house) conv {
			c := must[conv](h.T)(h.desk.AddNote(h.Context(), ana, mailed(h).ID, "", "wrong customer"))
			return must[conv](h.T)(h.desk.EraseNote(h.Context(), ana, c.ID, c.Notes[0].ID))
		},
		desk.EventTodoDue: func(h *house) conv {
			c := must[conv](h.T)(h.desk.AddTodo(h.Context(), ana, mailed(h).ID, "", desk.Task{Text: "call them", Due: h.clock.now().Add(time.Hour)}))
			h.clock.pass(time.Hour)
			return h.rings(c, c.Todos[0].Timer)
		},
		desk.EventReclaimed: func(h *house) conv { return must[conv](h.T)(h.desk.TakeBack(h.Context(), ana, reoffered(h).ID)) },
		desk.EventAbsent: func(h *house) conv {
			c := must[conv](h.T)(h.desk.Take(h.Context(), ana, mailed(h).ID, 0))
			if err := h.desk.SetPresence(h.Context(), ana, desk.Away); err != nil {
				h.Fatal(err)
			}
			h.clock.pass(time.Minute)
			h.receive(c.Thread, desk.Person, "Re: S")
			return must[conv](h.T)(h.store.Conversation(h.Context(), c.ID))
		},
		desk.EventHandedIn: func(h *house) conv {
			h.importer(newGmailbox(), 0)
			return must[desk.Receipt](h.T)(h.desk.HandIn(h.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(1))).Conversation
		},
		desk.EventRefused: func(h *house) conv { return h.sees(mailed(h), on("Assigned/Zoe", 1)) },
		desk.EventStandoff: func(h *house) conv {
			c := mailed(h)
			for i := uint64(1); c.Standoff == nil && i < 20; i++ {
				c = h.sees(c, on("Assigned/Zoe", i))
			}
			return c
		},
		desk.EventMessageGone: func(h *house) conv {
			c := mailed(h)
			if err := h.desk.Vanished(h.Context(), support, c.LastID); err != nil {
				h.Fatal(err)
			}
			return must[conv](h.T)(h.store.Conversation(h.Context(), c.ID))
		},
	}
}
