package desk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func TestUnnamed(t *testing.T) {
	p := acme()
	for text, want := range map[string][]desk.Unnamed{
		"@bne look, @Ana":             {{Word: "@bne", Near: []string{"@Ben"}}},
		"@anna. @Anna!":               {{Word: "@anna", Near: []string{"@Ana"}}},
		"ask @biling":                 {{Word: "@biling", Near: []string{"@Billing"}}},
		"(@okafor)":                   {{Word: "@okafor", Near: []string{"@Ben"}}},
		"@lindqvits, please":          {{Word: "@lindqvits", Near: []string{"@Mia"}}},
		"@zachary?":                   {{Word: "@zachary"}},
		"@everyone: look":             {{Word: "@everyone"}},
		"@Ben @billing @olga @Mia":    nil,
		"mail kim@shop.example":       nil,
		"@kim@shop.example @uwe@acme": nil,
		"add `@bne` and @Override":    nil,
		"@Test() @Inject(\"x\")":      nil,
		"@jsonProperty @JsonProperty": nil,
		"npm i @acme/tool":            nil,
		"call @ 15:00, @3pm":          nil,
		"@acme_support on the net":    nil,
		"@":                           nil,
		"@x":                          {{Word: "@x"}},
		strings.Repeat("@y", 3000):    nil,
	} {
		if d := cmp.Diff(want, p.Unnamed(text, support)); d != "" {
			t.Errorf("%.40q (-want +got):\n%s", text, d)
		}
	}
}

func TestNear(t *testing.T) {
	p := acme()
	p.Members = append(p.Members, desk.Member{Email: "ben.novak@acme.test", Name: "Ben Novak", Label: "Ben N"})
	for word, want := range map[string][]string{
		"benn":                    {"@Ben", "@ben.novak@acme.test"},
		"Ben Okafro":              {"@Ben"},
		"Olg":                     {"@Olga"},
		"zz":                      nil,
		"":                        nil,
		strings.Repeat("b", 9000): nil,
	} {
		if d := cmp.Diff(want, p.Near(word)); d != "" {
			t.Errorf("%.40q (-want +got):\n%s", word, d)
		}
	}
}
