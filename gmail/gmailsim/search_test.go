package gmailsim_test

import (
	"context"
	"strings"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestSearch(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	names := map[string]string{}
	keep := func(name, raw string) {
		names[w.deliver(support, raw).ID] = name
	}
	keep("mug", mail("Mug.1@x", "Broken mug", "It arrived in pieces, order 1042."))
	w.clock.advance(48 * time.Hour)
	u := w.users(support) // the first token has expired
	keep("pdf", withAttachment)
	keep("html", "From: \"Zoë\" <zoe@other.test>\r\nTo: support@acme.test\r\nCc: boss@acme.test\r\nSubject: Invoice question\r\nMessage-ID: <h@x>\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<style>order</style><p>gr\xfc\xdfe pieces</p>")
	keep("trash", mail("t@x", "Trashed mug", "x"))
	for id, n := range names {
		if n == "trash" {
			must(u.Messages.Trash("me", id).Do())(t)
		}
		if n == "pdf" {
			l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Assigned/Ana Silva"}).Do())(t)
			must(u.Messages.Modify("me", id, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{l.Id}, RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
		}
	}
	for q, want := range map[string]string{
		"":                                    "html pdf mug",
		"rfc822msgid:mug.1@x":                 "mug",
		"rfc822msgid:<Mug.1@x>":               "mug",
		"rfc822msgid:mug":                     "",
		"mug":                                 "mug",
		"mug in:anywhere":                     "trash mug",
		"in:trash":                            "trash",
		"mu":                                  "",
		"\"arrived in\"":                      "mug",
		"\"in arrived\"":                      "",
		"in:inbox pieces":                     "html mug",
		"subject:pieces":                      "",
		"subject:(broken mug)":                "mug",
		"subject:(invoice OR mug)":            "html mug",
		"{subject:invoice from:carl}":         "html pdf mug",
		"from:carl@customer.test":             "pdf mug",
		"from:zoë":                            "html",
		"to:boss":                             "html",
		"cc:boss -is:unread":                  "",
		"-from:carl":                          "html",
		"is:read":                             "pdf",
		"is:unread -mug":                      "html",
		"has:attachment":                      "pdf",
		"filename:pdf":                        "pdf",
		"label:baton-assigned-ana-silva":      "pdf",
		"label:baton/assigned/ana-silva":      "pdf",
		"has:nouserlabels":                    "html mug",
		"newer_than:1d":                       "html pdf",
		"older_than:1d":                       "mug",
		"newer_than:3h":                       "html pdf",
		"after:2026/11/22":                    "html pdf",
		"before:2026/11/22":                   "mug",
		"grüße":                               "html",
		"order":                               "mug",
		"café":                                "pdf",
		"unknown:thing":                       "",
		"receipt OR grüße OR nothing":         "html pdf",
		"newer_than:soon":                     "",
		"larger:1m":                           "",
		"smaller:1m from:carl subject:mug":    "mug",
		"(from:carl (subject:mug OR \"zz\"))": "mug",
		") mug (":                             "mug",
	} {
		list := must(u.Messages.List("me").Q(q).Do())(t)
		var got []string
		for _, m := range list.Messages {
			got = append(got, names[m.Id])
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", q, strings.Join(got, " "), want)
		}
	}
}

func TestListPages(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	for i := range 7 {
		refs := ""
		if i > 0 {
			refs = "References: <p0@x>\r\n"
		}
		subject := "Pages"
		if i%2 == 1 {
			subject = "Other " + string(rune('a'+i))
		}
		w.deliver(support, mail("p"+string(rune('0'+i))+"@x", subject, "x", refs))
	}
	seen := map[string]int{}
	if err := u.Messages.List("me").MaxResults(2).Pages(context.Background(), func(r *gmailapi.ListMessagesResponse) error {
		for _, m := range r.Messages {
			seen[m.Id]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	threads := map[string]int{}
	if err := u.Threads.List("me").MaxResults(1).Pages(context.Background(), func(r *gmailapi.ListThreadsResponse) error {
		for _, m := range r.Threads {
			threads[m.Id]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for what, m := range map[string]map[string]int{"messages": seen, "threads": threads} {
		for id, n := range m {
			if n != 1 {
				t.Errorf("%s: %s was listed %d times", what, id, n)
			}
		}
	}
	if len(seen) != 7 || len(threads) != 4 {
		t.Errorf("got %d messages, %d threads, want 7 and 4", len(seen), len(threads))
	}
	_, err := u.Messages.List("me").PageToken("rubbish").Do()
	wantError(t, err, 400, "invalidArgument", "pageToken")
	_, err = u.Messages.List("me").LabelIds("Label_9").Do()
	wantError(t, err, 400, "invalidArgument", "Invalid label")
	if got := must(u.Messages.List("me").LabelIds("INBOX", "STARRED").Do())(t); len(got.Messages) != 0 {
		t.Errorf("got %d messages with both labels, want none", len(got.Messages))
	}
}

func FuzzQuery(f *testing.F) {
	for _, q := range []string{"", "a", "-", "((((", "{}", "from:(a OR b) -\"x y\"", "subject:", "newer_than:9", "\"", "OR OR", strings.Repeat("(", 1000), "a:b:c", "larger:m", "after:-9223372036854775808"} {
		f.Add(q)
	}
	s, err := gmailsim.New(gmailsim.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close(context.Background()) })
	if err := s.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
		f.Fatal(err)
	}
	if _, err := s.Deliver(context.Background(), support, []byte(mail("f@x", "Fuzz", "text"))); err != nil {
		f.Fatal(err)
	}
	tok := s.MailboxToken(support)
	f.Fuzz(func(t *testing.T, q string) {
		if d := gmailsim.QueryDepth(q); d > 100 {
			t.Errorf("depth %d", d)
		}
		if code := searchCode(s, tok, q); code != 200 {
			t.Errorf("%q: got %d, want 200", q, code)
		}
	})
}
