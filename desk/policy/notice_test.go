package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func TestNoticeKeysThatAreWrong(t *testing.T) {
	for line, want := range map[string]string{
		"notices: off":                      `notices is "off": write none for no notices, or the keys about, quiet, subject and customer`,
		"notices: 5":                        `notices must have the keys about, quiet, subject, customer, this is a number`,
		"notices: {text: true}":             `notices has no key text: there are about, quiet, subject, customer`,
		"notices: {quite: 5m}":              `notices has no key quite, did you mean quiet?`,
		"notices: {quiet: 5}":               `quiet must be a time span with a unit like 5m, or 0s for none, this is a number`,
		"notices: {quiet: soon}":            `"soon" is not a time span: write one like 5m, or 0s for none`,
		"notices: {quiet: 25h}":             `quiet must be whole seconds between 0s and 1d, "25h" is not`,
		"notices: {subject: yes please}":    `subject must be true or false without quotes, this is a text`,
		"notices: {about: []}":              `about is empty: for no notices, write notices: none`,
		"notices: {about: given}":           `about must be a list, this is a text`,
		"notices: {about: [given, given]}":  `given is named twice: keep one`,
		"notices: {about: [given, shred]}":  `"shred" is nothing that people are told of: there are given, mentioned, todo, shared, lost, followed, asked, stopped and routed, did you mean shared?`,
		"notices: {about: [given, closed]}": `"closed" is nothing that people are told of: there are given, mentioned, todo, shared, lost, followed, asked, stopped and routed`,
	} {
		_, err := Parse("p", []byte(withBox(line)))
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), "p:7:") {
			t.Errorf("%.40s: %v, want %s in line 7", line, err, want)
		}
	}
}

func TestNoticeKeys(t *testing.T) {
	for line, want := range map[string]desk.Notices{
		"":                     {About: desk.DefaultAbout(), Quiet: 5 * time.Minute},
		"notices: none":        {},
		"notices: {quiet: 0s}": {About: desk.DefaultAbout()},
		"notices: {about: [routed, given], quiet: 1d, subject: true, customer: true}": {
			About: []desk.About{desk.AboutRouted, desk.AboutGiven}, Quiet: 24 * time.Hour, Subject: true, Customer: true},
	} {
		p, err := Parse("p", []byte(withBox(line)))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if diff := cmp.Diff(want, p.Mailboxes[0].Notices); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
	}
}
