package addon

import (
	"testing"
	"time"

	"baton/desk"
)

// Every action has a bound in store reads and commits, the drawing of its
// answer included.
func TestCosts(t *testing.T) {
	for name, tc := range map[string]struct {
		reads, commits uint64
		as             desk.Email
		path           string
		gmail          bool
		form           map[string]any
		more           []string
	}{
		"open":          {reads: 2, commits: 0, path: "/addon/message", gmail: true},
		"a guest opens": {reads: 3, commits: 1, as: olga, path: "/addon/message", gmail: true},
		"named, open":   {reads: 2, commits: 0, as: ben, path: "/addon/message", gmail: true},
		"take":          {reads: 1, commits: 1, as: mia, path: "/addon/do/take"},
		"give":          {reads: 2, commits: 1, path: "/addon/do/give", form: map[string]any{"person": "ben@acme.test", "why": "w"}}, // who is there
		"decline":       {reads: 1, commits: 1, path: "/addon/do/decline", form: map[string]any{"why": "w"}},
		"release":       {reads: 1, commits: 1, path: "/addon/do/release"},
		"close":         {reads: 1, commits: 1, path: "/addon/do/close"},
		"status":        {reads: 1, commits: 1, path: "/addon/do/status", more: []string{"to", "ignored"}},
		"share":         {reads: 1, commits: 1, path: "/addon/do/share", form: map[string]any{"person": "uwe@acme.test", "role": "view"}},
		"note":          {reads: 2, commits: 1, path: "/addon/do/note", form: map[string]any{"note": "n"}, more: []string{"once", "o"}},
		"note, team":    {reads: 2, commits: 1, path: "/addon/do/note", form: map[string]any{"note": "@ben @mia @olga @uwe@acme.test"}, more: []string{"once", "o"}},
		"note, picked":  {reads: 3, commits: 1, path: "/addon/do/note", form: map[string]any{"note": "n", "mention": "Ben Okafor, Mia Lindqvist"}, more: []string{"once", "o"}},
		"note, edited":  {reads: 3, commits: 1, path: "/addon/do/note-edit", form: map[string]any{"text": "@mia"}, more: []string{"n", "its"}},
		"note, deleted": {reads: 3, commits: 1, path: "/addon/do/note-delete", more: []string{"n", "its"}},
		"to-do":         {reads: 1, commits: 1, path: "/addon/do/todo", form: map[string]any{"todo": "t", "person": "ben@acme.test", "due": time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)}, more: []string{"once", "o"}},
		"follow":        {reads: 1, commits: 1, path: "/addon/do/follow", form: map[string]any{"level": "all"}},
		"nothing":       {reads: 1, commits: 0, path: "/addon/do/take"},
		"reply":         {reads: 2, commits: 1, path: "/addon/do/reply", form: map[string]any{"to": carla, "text": "t"}, more: []string{"once", "o"}},
		"reply form":    {reads: 1, commits: 0, path: "/addon/do/reply-form"},
		"reply text":    {reads: 1, commits: 0, path: "/addon/do/reply-text", form: map[string]any{"text": "t", "saved": "Thanks"}},
		"draft":         {reads: 1, commits: 2, path: "/addon/do/draft", form: map[string]any{"to": carla, "text": "t"}, more: []string{"once", "o"}},
		"compose":       {reads: 0, commits: 0, path: "/addon/compose"},
		"history":       {reads: 2, commits: 0, path: "/addon/do/history"},
		"notes":         {reads: 2, commits: 0, path: "/addon/do/notes"},
		"customer":      {reads: 2, commits: 0, path: "/addon/do/customer"},
		"same person":   {reads: 4, commits: 1, path: "/addon/do/same-person", form: map[string]any{"address": "kim@work.example"}},
		"form":          {reads: 1, commits: 0, path: "/addon/do/give-form"},
		"suggest":       {reads: 1, commits: 0, path: "/addon/suggest", form: map[string]any{"person": "b"}, more: []string{"who", "workers", "m", string(support)}}, // who is there
		"bounce seen":   {reads: 1, commits: 0, path: "/addon/do/bounce-seen"},
		"cancel reply":  {reads: 1, commits: 0, path: "/addon/do/back", more: []string{"left", "reply"}},
		"home":          {reads: 5, commits: 0, path: "/addon/home"},
		"list":          {reads: 1, commits: 0, path: "/addon/do/list", more: []string{"l", "mine"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.scene()
			for i := range tc.more {
				if tc.more[i] == "its" {
					tc.more[i] = string(c.Notes[0].ID)
				}
			}
			ev := event{as: ana, params: params(c, tc.more...), form: tc.form}
			if tc.as != "" {
				ev.as = tc.as
			}
			if tc.gmail {
				ev.gmail = inShared(c)
			}
			before := h.store.Costs()
			h.raw(tc.path, ev)
			after := h.store.Costs()
			if reads, commits := after.Reads-before.Reads, after.Commits-before.Commits; reads > tc.reads || commits > tc.commits {
				t.Errorf("%d reads, %d commits; want at most %d, %d", reads, commits, tc.reads, tc.commits)
			} else if reads < tc.reads || commits < tc.commits {
				t.Errorf("%d reads, %d commits: fewer than the %d, %d of this table, lower it", reads, commits, tc.reads, tc.commits)
			}
			if h.mail.calls() != 0 {
				t.Error("Gmail was asked")
			}
		})
	}
}
