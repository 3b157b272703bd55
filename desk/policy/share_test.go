package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShareDomains(t *testing.T) {
	p, err := Parse("p", []byte(with(99, "share_domains: [Partner.Example, mill.example]")))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"partner.example", "mill.example"}, p.ShareDomains); diff != "" {
		t.Errorf("domains (-want +got):\n%s", diff)
	}
	for text, want := range map[string]string{
		"share_domains: [a@partner.example]":                `13:17: "a@partner.example" is not a domain: write one like partner.example`,
		`share_domains: ["*"]`:                              `13:17: "*" is not a domain`,
		`share_domains: ["*.example"]`:                      `13:17: "*.example" is not a domain`,
		"share_domains: [example]":                          `13:17: "example" is not a domain`,
		"share_domains: partner.example":                    "13:16: share_domains must be a list",
		"share_domains: [partner.example, PARTNER.example]": "13:34: partner.example is named twice: keep one",
	} {
		check(t, with(99, text), want)
	}
}
