package company

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPromptRefusesToAnswerNothing(t *testing.T) {
	answer := Prompt{Label: "x", text: "x\n"}
	tests := []struct {
		name   string
		parent Parent
		want   string
	}{
		{"no Message-ID", Parent{From: "a@a.example", To: "support@acme.test"}, "no Message-ID"},
		{"nobody writes", Parent{MessageID: "<1@a.example>", To: "support@acme.test"}, "who writes"},
		{"to nobody", Parent{MessageID: "<1@a.example>", From: "a@a.example"}, "to whom"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := answer.Raw(test.parent, noon)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
		})
	}
}

// raw builds a prompt's mail and reads it back.
func raw(t *testing.T, p Prompt, parent Parent) parsed {
	t.Helper()
	text, err := p.Raw(parent, noon)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, Item{Thread: p.Label, Raw: text, At: noon})
}

func TestPromptJoinsTheThread(t *testing.T) {
	parent := Parent{
		MessageID: "<3@mail.acme.test>", References: "<1@a.example>\r\n <2@mail.acme.test>",
		Subject: "Grüße", From: "Åsa <asa@a.example>", To: "support@acme.test",
	}
	for _, p := range CustomerLines() {
		if p.New {
			continue
		}
		m := raw(t, p, parent)
		if diff := cmp.Diff([]string{"<1@a.example>", "<2@mail.acme.test>", "<3@mail.acme.test>"}, m.references); diff != "" {
			t.Errorf("%s: references (-want +got):\n%s", p.Label, diff)
		}
		if got, want := m.header.Get("In-Reply-To"), parent.MessageID; got != want {
			t.Errorf("%s: got In-Reply-To %s, want %s", p.Label, got, want)
		}
		if got, want := m.subject, "Re: Grüße"; got != want {
			t.Errorf("%s: got subject %q, want %q", p.Label, got, want)
		}
		if got, want := m.from, or(p.From, parent.From); got != want {
			t.Errorf("%s: got sender %q, want %q", p.Label, got, want)
		}
	}
	parent.Subject = "RE: Grüße"
	if got := raw(t, CustomerLines()[len(CustomerLines())-1], parent).subject; got != parent.Subject {
		t.Errorf("got subject %q, want it unchanged", got)
	}
}

func TestPromptsBelongToTheMail(t *testing.T) {
	all := load(t, noon)
	kinds, labels, ids := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, p := range CustomerLines() {
		if labels[p.Label] || p.Label == "" {
			t.Errorf("label %q is empty or there twice", p.Label)
		}
		labels[p.Label] = true
		switch {
		case p.New:
			kinds["new"]++
		case p.Thread == "":
			kinds["any"]++
		default:
			kinds["thread"]++
			m := thread(all, p.Thread)
			if len(m) == 0 || m[0].from != p.From || m[0].to != p.To {
				t.Errorf("%s: the thread %s is not one of %s to %s", p.Label, p.Thread, p.From, p.To)
			}
		}
		parent := Parent{MessageID: "<1@a.example>", From: "a@a.example", To: "sales@acme.test"}
		for range 2 {
			m := raw(t, p, parent)
			if ids[m.id] || !strings.HasSuffix(m.id, strings.TrimSuffix(m.from[strings.LastIndex(m.from, "@"):], ">")+">") {
				t.Errorf("%s: Message-ID %s is there twice or not of the sender", p.Label, m.id)
			}
			ids[m.id] = true
			if !m.date.Equal(noon) || m.text == "" {
				t.Errorf("%s: dated %v, text %q", p.Label, m.date, m.text)
			}
			if p.New && (len(m.references) > 0 || m.subject == "") {
				t.Errorf("%s: new mail with subject %q and references %v", p.Label, m.subject, m.references)
			}
			if got := m.header.Get("Auto-Submitted") != ""; got != p.auto {
				t.Errorf("%s: Auto-Submitted present: %v, want %v", p.Label, got, p.auto)
			}
		}
	}
	for _, kind := range []string{"new", "any", "thread"} {
		if kinds[kind] < 4 {
			t.Errorf("got %d prompts of kind %s, want at least 4", kinds[kind], kind)
		}
	}
}

func TestPromptCarriesThePicture(t *testing.T) {
	for _, p := range CustomerLines() {
		if !p.photo {
			continue
		}
		m := raw(t, p, Parent{MessageID: "<1@a.example>", From: "a@a.example", To: "sales@acme.test"})
		if len(m.attachments) != 1 {
			t.Fatalf("%s: got %d attachments, want 1", p.Label, len(m.attachments))
		}
		if _, err := png.Decode(bytes.NewReader(m.attachments[0].content)); err != nil {
			t.Errorf("%s: %v", p.Label, err)
		}
		if m.text != p.text {
			t.Errorf("%s: got text %q, want %q", p.Label, m.text, p.text)
		}
	}
}
