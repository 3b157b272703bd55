package preview_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestState(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	status, got := d.send(t, "/preview/api/state", nil)
	if status != 200 {
		t.Fatalf("state: %d %v", status, got)
	}
	state := got.(m)
	boxes := state["mailboxes"].(l)
	if len(boxes) != 5 {
		t.Fatalf("mailboxes: got %d, want 5", len(boxes))
	}
	sales := boxes[1].(m)
	want := m{"address": "sales@acme.test", "name": "Sales", "shared": true, "members": l{"ana@acme.test", "mia@acme.test"},
		"threads": l{m{"id": "18c2f3a9b0d1e20a", "subject": "Devis pour 40 chaises", "from": "Chloé Martin <chloe@client.test>",
			"labels": l{"INBOX", "UNREAD", "Baton/Queue"}, "messages": 1.0, "date": "2026-11-21T09:00:00Z",
			"snippet": "Bonjour, pouvez-vous nous envoyer un devis ?"}}}
	if diff := cmp.Diff(want, sales); diff != "" {
		t.Errorf("sales (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m{"email": "olga@acme.test", "name": "Olga Berg", "role": "outside"}, state["people"].(l)[2]); diff != "" {
		t.Errorf("person (-want +got):\n%s", diff)
	}
	gmail := state["gmail"].(m)
	if gmail["url"] != "http://127.0.0.1:9/gmail" || gmail["tokens"].(m)["ben@acme.test"] != "bearer ben@acme.test" || len(gmail["tokens"].(m)) != 5 {
		t.Errorf("gmail: got %v", gmail)
	}
	if got := boxes[4].(m)["threads"]; cmp.Diff(l{}, got) != "" {
		t.Errorf("empty mailbox: threads are %v, want an empty list", got)
	}
	_, got = d.send(t, "/preview/api/state?mailbox=sales@acme.test", nil)
	boxes = got.(m)["mailboxes"].(l)
	if n := len(boxes[0].(m)["threads"].(l)); n != 0 || len(boxes[1].(m)["threads"].(l)) != 1 {
		t.Errorf("state of one mailbox brings %d threads of another", n)
	}
	d.gmail.fail = errors.New("disk on fire at /secret")
	status, got = d.send(t, "/preview/api/state", nil)
	refused(t, "failing Gmail", status, got, 500, "stand-in Gmail failed;")
}

func TestThread(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	threads, err := d.gmail.Threads(t.Context(), "support@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query, word string
		status      int
	}{{"", "Name a mailbox", 400}, {"?mailbox=support@acme.test", "thread id", 400},
		{"?mailbox=support@acme.test&id=abc", "no such", 404}, {"?mailbox=sales@acme.test&id=" + string(threads[0].ID), "no such", 404}} {
		status, got := d.send(t, "/preview/api/thread"+c.query, nil)
		refused(t, c.query, status, got, c.status, c.word)
	}
	_, got := d.send(t, "/preview/api/thread?mailbox=support@acme.test&id="+string(threads[3].ID), nil)
	want := m{"messages": l{m{"id": "18c2f3a9b0d1e201", "threadId": "18c2f3a9b0d1e201", "from": "Newsletter <news@shoes.test>", "to": "support@acme.test",
		"subject": "Autumn shoes, 20 % off", "labels": l{"INBOX", "Baton/Automatic"}, "messageId": "<n1@shoes.test>",
		"date": "2026-11-18T04:00:00Z", "text": "Autumn\n\nAll shoes 20 % off this week."}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("HTML-only thread (-want +got):\n%s", diff)
	}
}

func TestDeliver(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		body   m
		status int
		word   string
	}{
		"empty":           {m{"to": "support@acme.test", "raw": " "}, 400, "empty"},
		"no address":      {m{"to": "support", "raw": "A: b\r\n\r\n"}, 400, "e-mail address"},
		"unknown mailbox": {m{"to": "x@acme.test", "raw": "A: b\r\n\r\n"}, 404, "mailbox"},
		"no mail":         {m{"to": "support@acme.test", "raw": "a line\r\nA: b\r\n\r\n"}, 400, "not be accepted"},
		"no base64":       {m{"to": "support@acme.test", "raw": "@@@@"}, 400, "base64url"},
	} {
		status, got := d.send(t, "/preview/api/deliver", c.body)
		refused(t, name, status, got, c.status, c.word)
	}
	raw := "From: Rosa <rosa@customer.test>\r\nSubject: Hi\r\nMessage-ID: <1@x>\r\n\r\nHello"
	for name, text := range map[string]string{"plain": raw, "base64url": base64.URLEncoding.EncodeToString([]byte(raw))} {
		status, got := d.send(t, "/preview/api/deliver", m{"to": "support@acme.test", "raw": text})
		if status != 200 || got.(m)["id"] == "" || got.(m)["id"] != got.(m)["threadId"] {
			t.Errorf("%s: %d %v", name, status, got)
		}
		threads, err := d.gmail.Threads(t.Context(), "support@acme.test")
		if err != nil || threads[0].Subject != "Hi" || threads[0].Snippet != "Hello" {
			t.Errorf("%s: delivered %+v, %v", name, threads, err)
		}
	}
}

func TestWriteAndSample(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	threads, err := d.gmail.Threads(t.Context(), "support@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		body   m
		status int
		word   string
	}{
		"no text":     {m{"mailbox": "support@acme.test", "from": "a@b.test", "text": "\n"}, 400, "Write something"},
		"no customer": {m{"mailbox": "support@acme.test", "from": "somebody", "text": "x"}, 400, "customer"},
		"no thread":   {m{"mailbox": "support@acme.test", "from": "a@b.test", "text": "x", "thread": "abc"}, 404, "no such"},
	} {
		status, got := d.send(t, "/preview/api/write", c.body)
		refused(t, name, status, got, c.status, c.word)
	}
	status, got := d.send(t, "/preview/api/write", m{"mailbox": "support@acme.test", "from": "Rosa <rosa@customer.test>", "text": "Merci à vous", "thread": threads[0].ID})
	if status != 200 || got.(m)["threadId"] != string(threads[0].ID) {
		t.Fatalf("reply went elsewhere: %d %v", status, got)
	}
	messages, err := d.gmail.Thread(t.Context(), "support@acme.test", threads[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	last := messages[len(messages)-1]
	if last.Subject != "Re: Refund for order 1042" || last.Handle == "" || last.Text != "Merci =C3=A0 vous" {
		t.Errorf("reply: got %+v", last)
	}
	status, got = d.send(t, "/preview/api/write", m{"mailbox": "support@acme.test", "from": "a@b.test", "subject": "x\r\nBcc: evil@bad.test", "text": "y"})
	if status != 200 {
		t.Fatalf("write: %d %v", status, got)
	}
	if threads, err = d.gmail.Threads(t.Context(), "support@acme.test"); err != nil || threads[0].Subject != "x Bcc: evil@bad.test" {
		t.Errorf("a line break in the subject became a header: %+v %v", threads[0], err)
	}
	for _, index := range []any{nil, -1, 1} {
		status, got = d.send(t, "/preview/api/sample", m{"index": index})
		refused(t, "sample", status, got, 404, "no such sample")
	}
	status, got = d.send(t, "/preview/api/sample", m{"index": 0})
	if b, err := json.Marshal(got); status != 200 || err != nil || len(b) < 20 {
		t.Errorf("sample: %d %v", status, got)
	}
}
