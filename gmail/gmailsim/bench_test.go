package gmailsim_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"baton/gmail/gmailsim"
	"baton/infra/need"
)

// typical is a mail of about 3 kB with the headers of a real one.
func typical() []byte {
	var b strings.Builder
	b.WriteString("Return-Path: <carl@customer.test>\r\n")
	for range 5 {
		b.WriteString("Received: from mail.customer.test (mail.customer.test [192.0.2.7])\r\n\tby mx.acme.test with ESMTPS id x19si1234567plr.42.2026.11.20\r\n\tfor <support@acme.test>; Fri, 20 Nov 2026 10:00:00 +0100 (CET)\r\n")
	}
	b.WriteString("From: =?UTF-8?Q?Carl_M=C3=BCller?= <carl@customer.test>\r\nTo: Acme Support <support@acme.test>\r\nSubject: Refund for order 1042\r\nMessage-ID: <bench@customer.test>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n")
	for range 14 {
		b.WriteString("The mug that I ordered arrived broken, can you send me a new one please?\r\n")
	}
	b.WriteString("\r\n--b1\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<p>")
	for range 6 {
		b.WriteString("The mug that I ordered arrived broken, can you send me a new one please?<br>\r\n")
	}
	b.WriteString("</p>\r\n--b1--\r\n")
	return []byte(b.String())
}

func benchServer(b *testing.B) *gmailsim.Server {
	s, err := gmailsim.New(gmailsim.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close(context.Background()) })
	if err := s.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
		b.Fatal(err)
	}
	return s
}

func do(b *testing.B, s *gmailsim.Server, tok, method, path, body string) {
	r := httptest.NewRequest(method, "/gmail/v1/users/me/"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+tok)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

func BenchmarkDeliver(b *testing.B) {
	s, raw := benchServer(b), typical()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := s.Deliver(context.Background(), support, raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCalls(b *testing.B) {
	s := benchServer(b)
	d, err := s.Deliver(context.Background(), support, typical())
	if err != nil {
		b.Fatal(err)
	}
	tok := s.MailboxToken(support)
	for _, format := range []string{"full", "metadata", "minimal", "raw"} {
		b.Run("get/"+format, func(b *testing.B) {
			for b.Loop() {
				do(b, s, tok, "GET", "messages/"+d.ID+"?alt=json&format="+format, "")
			}
		})
	}
	b.Run("modify", func(b *testing.B) {
		bodies := []string{`{"addLabelIds":["STARRED"],"removeLabelIds":["UNREAD"]}`, `{"addLabelIds":["UNREAD"],"removeLabelIds":["STARRED"]}`}
		n := 0
		for b.Loop() {
			n++
			do(b, s, tok, "POST", "messages/"+d.ID+"/modify", bodies[n%2])
		}
	})
}

// BenchmarkPerMail is what one mail costs: delivery, history, metadata, one change of labels.
func BenchmarkPerMail(b *testing.B) {
	s, raw := benchServer(b), typical()
	tok := s.MailboxToken(support)
	cursor := s.HistoryID(support)
	for b.Loop() {
		d, err := s.Deliver(context.Background(), support, raw)
		if err != nil {
			b.Fatal(err)
		}
		do(b, s, tok, "GET", "history?startHistoryId="+uint64Text(cursor), "")
		do(b, s, tok, "GET", "messages/"+d.ID+"?format=metadata", "")
		do(b, s, tok, "POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["STARRED"]}`)
		cursor = s.HistoryID(support)
	}
}

// BenchmarkOpen opens a directory with 2,500 real mails.
func BenchmarkOpen(b *testing.B) {
	dir := b.TempDir()
	f, err := os.Open(need.Corpus(b))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		b.Fatal(err)
	}
	data, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	open := func() *gmailsim.Server {
		s, err := gmailsim.New(gmailsim.Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	s := open()
	if err := s.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.LoadMboxFrom(context.Background(), support, bytes.NewReader(data), gmailsim.LoadOptions{}); err != nil {
		b.Fatal(err)
	}
	s.Close(context.Background())
	for b.Loop() {
		open().Close(context.Background())
	}
}
