package addon

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/schema"
	"baton/desk"
)

// hostile are texts that try to be more than text.
var hostile = map[string]string{
	"markup":       `<script>alert(1)</script><a href="https://evil.test">Click</a><b>bold`,
	"half a tag":   `<b`,
	"entities":     `&lt;b&gt; &#60;img src=x&#62; &amp;amp;`,
	"link":         `https://evil.test/?q="><img src=x onerror=alert(1)>`,
	"override":     "invoice\u202egpj.exe\u202c \u2066x\u2069",
	"isolates":     "name\u2069\u2069 \u2068\u2068 דינה 7\u2069 \u2067x",
	"arabic":       "طلب رقم 1042 \u200fرد <b>",
	"control":      "a\x00b\x1b[31mc\x7f\u0085d\r\nBcc: x@y.test",
	"invisible":    "pay\u200bpal\u2060\ufeff\u00ad",
	"broken UTF-8": "caf\xe9 \xff\xfe ok",
	"zalgo":        "Z" + strings.Repeat("\u0301\u0323", 300),
	"template":     "{{.}} ${x} %s %!d(string=x)",
	"100 kB":       strings.Repeat("word <b>& ", 10_000),
	"one word":     strings.Repeat("ä", 50_000),
}

// ours are the tags that cards put around texts.
var ours = regexp.MustCompile(`</?b>|<br>`)

func TestHostileTextIsInert(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			c, note := h.hostileScene(text)
			id := []string{"n", string(note)}
			for _, as := range []desk.Email{ana, ben, olga} {
				for _, got := range [][]byte{
					h.raw("/addon/message", event{as: as, gmail: inShared(c)}),
					h.raw("/addon/home", event{as: as}),
					h.answer("history", as, c), h.answer("notes", as, c), h.answer("note-form", as, c, id...), h.answer("note-versions", as, c, id...),
					h.answer("give-form", as, c), h.answer("share-form", as, c), h.answer("sort-form", as, c), h.answer("decline-form", as, c),
					h.answer("note-delete-form", as, c, id...), h.answer("todo-form", as, c), h.answer("follow-form", as, c),
					h.answer("list", as, c, "l", "mine"), h.answer("list", as, c, "l", "queue"),
					h.answer("read", as, c), h.answer("read", as, c, "msg", string(c.LastID)), h.answer("read", as, c, "msg", string(c.LastID), "part", "2"),
				} {
					holdInert(t, got)
				}
			}
			// What is typed comes back in the field and in the sentence that refuses it.
			for verb, field := range map[string]string{"give": "person", "share": "person", "sort": "tag", "decline": "why", "note": "note", "todo": "todo", "follow": "level"} {
				body := h.raw("/addon/do/"+verb, event{as: ana, form: map[string]any{field: text, "role": "view"},
					params: map[string]string{"c": string(c.ID), "form": "1", "once": "again"}})
				holdInert(t, body)
			}
		})
	}
}

// hostileScene has a conversation with the text wherever people and mail can
// put any.
func (h *house) hostileScene(text string) (desk.Conversation, desk.NoteID) {
	h.Helper()
	ctx := h.Context()
	c := h.mailFrom(desk.Message{Subject: text, From: desk.Address{Name: text, Email: "carla@shop.example"}})
	who := desk.Address{Name: text, Email: "carla@shop.example"}
	h.gmail.of[c.Thread] = []desk.Letter{
		{Head: desk.Head{ID: "1", From: who, At: h.now}, To: []desk.Address{who}, Text: text + "\n> " + text},
		{Head: desk.Head{ID: c.LastID, From: who, At: h.now}, To: []desk.Address{who, who, who, who}, Text: text, Files: []desk.Attachment{{Name: text, Type: text}}},
	}
	short := text
	if r := []rune(strings.ToValidUTF8(text, "?")); len(r) > desk.MaxWhy {
		short = string(r[:desk.MaxWhy])
	}
	c = h.must(h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana, Why: short}))
	c = h.must(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment, Why: short, Attachments: true}))
	c = h.must(h.desk.AddNote(ctx, ana, c.ID, "1", short+" @ben"))
	note := c.Notes[0].ID
	if added, err := h.desk.AddTodo(ctx, ana, c.ID, "", desk.Task{For: ben, Text: string([]rune(short)[:min(len([]rune(short)), desk.MaxTodo)])}); err == nil {
		c = added
	}
	c = h.must(h.desk.EditNote(ctx, ana, c.ID, note, short+" @mia"))
	if tagged, err := h.desk.AddTag(ctx, ana, c.ID, string([]rune(short)[:min(len([]rune(short)), desk.MaxTag)])); err == nil {
		c = tagged
	}
	return c, note
}

func (h *house) answer(verb string, as desk.Email, c desk.Conversation, more ...string) []byte {
	h.Helper()
	params := map[string]string{"c": string(c.ID)}
	for i := 0; i+1 < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return h.raw("/addon/do/"+verb, event{as: as, params: params})
}

// holdInert fails the test for a tag that is not ours where Gmail formats, and
// for characters that deceive.
func holdInert(t *testing.T, answer []byte) {
	t.Helper()
	var v any
	if err := json.Unmarshal(answer, &v); err != nil {
		t.Fatal(err)
	}
	walk("", "", v, func(owner, name, s string) {
		formatted := owner == "textParagraph" || owner == "decoratedText" && name == "text" || name == "header"
		if rest := ours.ReplaceAllString(s, ""); formatted && strings.Contains(rest, "<") {
			t.Errorf("%s.%s has a tag that is not ours: %.200s", owner, name, s)
		}
		if i := strings.IndexAny(s, "\u202e\u2066\u200b\ufeff\x00\x1b"); i >= 0 {
			t.Errorf("%s.%s has a hidden character: %.200q", owner, name, s)
		}
	})
}

// walk sees every string of a JSON value, with its name and that of the object
// around it.
func walk(owner, name string, v any, see func(owner, name, s string)) {
	switch v := v.(type) {
	case string:
		see(owner, name, v)
	case []any:
		for _, x := range v {
			walk(owner, name, x, see)
		}
	case map[string]any:
		for key, x := range v {
			walk(name, key, x, see)
		}
	}
}

// full is a conversation at all of its limits at once.
func (h *house) full() desk.Conversation {
	h.Helper()
	ctx := h.Context()
	long := func(n int) string { return strings.Repeat("ë<&", n)[:n] }
	p := acme()
	for i := range desk.MaxShares {
		e := desk.Email(fmt.Sprintf("guest%02d@acme.test", i))
		p.Members = append(p.Members, desk.Member{Email: e, Name: strings.Repeat("Långnamn ", 12) + fmt.Sprint(i), Label: fmt.Sprint("G", i), Role: desk.Agent})
	}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailFrom(desk.Message{Subject: long(3000), From: desk.Address{Name: long(3000), Email: "carla@shop.example"}})
	c = h.must(h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ana, Why: strings.Repeat("ü", desk.MaxWhy), Due: h.now.Add(time.Hour)}))
	for i := range desk.MaxShares {
		h.must(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: p.Members[len(p.Members)-1-i].Email, Role: desk.ShareComment, Why: strings.Repeat("ß", desk.MaxWhy)}))
	}
	for i := range desk.MaxTags {
		h.must(h.desk.AddTag(ctx, ana, c.ID, fmt.Sprintf("%02d", i)+strings.Repeat("𝔘", desk.MaxTag-2)))
	}
	for i := range desk.MaxTodos {
		h.must(h.desk.AddTodo(ctx, ana, c.ID, fmt.Sprint(i), desk.Task{For: ana, Text: strings.Repeat("ß<", desk.MaxTodo/2), Due: h.now.Add(time.Hour)}))
	}
	for i := range 500 {
		text := "early" // a page shows the last ones
		if i > 500-2*pageRows {
			text = strings.Repeat("ñ<", desk.MaxNote/2-5)
		}
		h.must(h.desk.AddNote(ctx, ana, c.ID, fmt.Sprint(i), text+" @ben"))
		h.now = h.now.Add(time.Second)
	}
	note := h.record(c.ID).Notes[9].ID
	for i := range desk.MaxNoteVersions + 1 {
		h.must(h.desk.EditNote(ctx, ana, c.ID, note, fmt.Sprint(i)+strings.Repeat("ø<", desk.MaxNote/2-5)))
	}
	for i := range 500 {
		who := desk.Address{Name: strings.Repeat("ë<", 100), Email: "carla@shop.example"}
		h.gmail.of[c.Thread] = append(h.gmail.of[c.Thread], desk.Letter{
			Head: desk.Head{ID: desk.MessageID(fmt.Sprintf("%016x", i)), From: who, At: h.now}, To: slices.Repeat([]desk.Address{who}, 100), Cut: true,
			Text: strings.Repeat("𝔘<", 8<<10), Files: slices.Repeat([]desk.Attachment{{Name: strings.Repeat("<", 200), Size: 1e9}}, 100),
		})
	}
	// The rest of 10,000 lines of history, in one commit.
	c, err := h.store.Update(ctx, c.ID, func(c *desk.Conversation) (desk.Change, error) {
		var ch desk.Change
		for c.EventSeq < 10_000 {
			c.EventSeq++
			ev := desk.Event{Seq: c.EventSeq, At: h.now, Kind: desk.EventGiven, By: mia, Who: ana, Why: strings.Repeat("ü<", desk.MaxWhy/2), Version: c.Version + 1}
			ch.Events = append(ch.Events, ev)
			c.Recent = append(c.Recent[1:], ev)
		}
		return ch, nil
	})
	return h.must(c, err)
}

func TestAtAllLimits(t *testing.T) {
	h := newHouse(t)
	c := h.full()
	note := []string{"n", string(c.Notes[9].ID)}
	for name, got := range map[string][]byte{
		"message":  h.raw("/addon/message", event{as: ana, gmail: inShared(c)}),
		"manager":  h.raw("/addon/message", event{as: mia, gmail: inShared(c)}),
		"guest":    h.raw("/addon/message", event{as: "guest00@acme.test", gmail: inShared(c)}),
		"home":     h.raw("/addon/home", event{as: ana}),
		"history":  h.answer("history", ana, c),
		"notes":    h.answer("notes", ana, c),
		"versions": h.answer("note-versions", ben, c, note...),
		"edit":     h.answer("note-form", ana, c, note...),
		"sort":     h.answer("sort-form", ana, c),
		"read":     h.answer("read", ana, c),
		"older":    h.answer("read", ana, c, "p", fmt.Sprintf("%016x", 400)),
		"one":      h.answer("read", ana, c, "msg", fmt.Sprintf("%016x", 499)),
		"choose":   h.raw("/addon/do/share", event{as: ana, form: map[string]any{"scope": "choose"}, params: params(c, "form", "1")}),
		"share":    h.answer("share-form", ana, c),
	} {
		if len(got) > schema.MaxBytes {
			t.Errorf("%s: %d bytes", name, len(got))
		}
		t.Logf("%s: %d bytes", name, len(got))
	}
	for _, as := range []desk.Email{ana, mia} {
		card := h.open(as, c)
		for _, text := range []string{"Close", "Give to …", "Add note", "Change"} {
			if card.Button(text) == nil {
				t.Errorf("%s's full card has no %q", as, text)
			}
		}
	}
	for _, at := range []string{"", fmt.Sprintf("%016x", 400)} {
		if card := h.do("read", ana, c, nil, "p", at); older(card) == "" || len(card.Texts()) < 3*lettersShown {
			t.Errorf("a page of long messages has lost some: %d texts, more by %q", len(card.Texts()), older(card))
		}
	}
	// A share too many, a tag too many: refused, and nothing of the card is lost.
	got := h.do("sort", ana, c, map[string]any{"tag": "one more", "keep": c.Tags}, "form", "1")
	if !strings.Contains(got.Notification, "at most 20 tags") {
		t.Errorf("notification = %q", got.Notification)
	}
}

// With all tags at their longest, the form still saves, and loses none.
func TestSortingAtAllLimits(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("S")
	for i := range desk.MaxTags {
		c = h.must(h.desk.AddTag(t.Context(), ana, c.ID, fmt.Sprintf("%02d", i)+strings.Repeat("𝔘", desk.MaxTag-2)))
	}
	form := h.do("sort-form", ana, c, nil)
	if form.Button("Save") == nil {
		t.Fatalf("nothing to save with; the form offers %v", form.Buttons())
	}
	h.must(h.desk.RemoveTag(t.Context(), ben, c.ID, c.Tags[3]))
	h.must(h.desk.AddTag(t.Context(), ben, c.ID, "meanwhile"))
	h.click(ana, form, "Save", map[string]any{"priority": "normal", "keep": form.Input("keep").Values[1:]})
	now := h.record(c.ID)
	if len(now.Tags) != desk.MaxTags-1 || now.HasTag(c.Tags[0]) || now.HasTag(c.Tags[3]) || !now.HasTag("meanwhile") {
		t.Errorf("tags = %q, want the first gone by the box, the fourth by ben, and ben's new one kept", now.Tags)
	}
}
