package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// withText writes a policy whose last lines are one saved text, from line 8 on.
func withText(lines ...string) string {
	return withBox() + "texts:\n  - " + strings.Join(lines, "\n    ") + "\n"
}

func TestTextsThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		withText("name: Thanks"):                                                  "a text needs text",
		withText("text: Hello"):                                                   "a text needs name",
		withText("name: T", "txt: Hello"):                                         "a text has no key txt, did you mean text?",
		withText("name: T", `text: ""`):                                           "text is empty: write what is to be inserted",
		withText("name: T", "text: "+strings.Repeat("w", MaxTextSize+1)):          "text has 4001 characters, at most 4000 are allowed",
		withText("name: T", `text: "a\u202eb"`):                                   "text has an invisible character: remove it",
		withText("name: T", `text: "Hi {{customer.frist_name}}"`):                 "text has the placeholder {{customer.frist_name}}, which is not known, did you mean customer.first_name?",
		withText("name: T", `text: "Hi {{zzz}}"`):                                 "text has the placeholder {{zzz}}, which is not known: there are customer.name, customer.first_name, customer.email, agent.name, agent.first_name, mailbox.name, mailbox.address, subject, handle",
		withText("name: T", `text: "Hi {{customer.name"`):                         "text has {{ or }} that belongs to no placeholder: write one like {{customer.first_name}} or {{customer.first_name | \"there\"}}",
		withText("name: T", `text: "Hi {{customer.name | there}}"`):               "text has {{ or }} that belongs to no placeholder: write one like {{customer.first_name}} or {{customer.first_name | \"there\"}}",
		withText("name: T", "text: Hi", "mailboxes: []"):                          "mailboxes is empty: to offer the text everywhere, remove the key",
		withText("name: T", "text: Hi", "mailboxes: [x@acme.test]"):               "x@acme.test is no mailbox of this desk, did you mean s@acme.test?",
		withText("name: T", "text: Hi", "mailboxes: [q@other.test]"):              "q@other.test is no mailbox of this desk: write the address of one of the mailboxes above",
		withText("name: T", "text: Hi", "mailboxes: [s@acme.test, s@acme.test]"):  "s@acme.test is named twice: keep one",
		withText("name: T", "text: Hi") + "  - name: t\n    text: Hello\n":        "the text t is there already, in line 11: give this one another name",
		withBox() + "texts: Hello\n":                                              "texts must be a list, this is a text",
		withBox() + "texts:\n" + strings.Repeat("  - {name: T, text: Hi}\n", 101): "texts has 101 entries, at most 100 are allowed",
	} {
		_, err := Parse("p", []byte(text))
		if err == nil || !strings.Contains(err.Error(), ": "+want+"\n") && !strings.HasSuffix(err.Error(), ": "+want) {
			t.Errorf("%.300s:\n%v, want %s", text[strings.Index(text, "texts:"):], err, want)
		}
	}
}

func TestTexts(t *testing.T) {
	p, err := Parse("p", []byte(withText("name: Thanks", "mailboxes: [S@acme.test]", "text: |", "  Hello {{ customer.first_name | \"there\" }},", "", "  {thanks} 👋")+"  - {name: Short, text: '{{handle}}'}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []desk.SavedText{
		{Name: "Thanks", Text: "Hello {{ customer.first_name | \"there\" }},\n\n{thanks} 👋", Mailboxes: []desk.Mailbox{"s@acme.test"}},
		{Name: "Short", Text: "{{handle}}"},
	}
	if diff := cmp.Diff(want, p.Texts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
