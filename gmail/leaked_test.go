package gmail_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/url"
	"regexp"
	"strings"
	"testing"

	gomail "github.com/emersion/go-message/mail"
)

// leaked tells whether a word is in a mail, however it is written there.
func leaked(wire []byte, word string) bool {
	raw := string(wire)
	views := []string{raw}
	unfolded := regexp.MustCompile(`\r?\n[ \t]+`).ReplaceAllString(raw, " ")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(unfolded); err == nil {
		views = append(views, decoded)
	}
	// Words that are encoded side by side are one.
	views = append(views, regexp.MustCompile(`=\?[uU][tT][fF]-8\?[^?]\?([^?]*)\?=\s*`).ReplaceAllStringFunc(unfolded, func(s string) string {
		w, err := new(mime.WordDecoder).Decode(strings.TrimSpace(s))
		if err != nil {
			return s
		}
		return w
	}))
	if b, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(wire))); len(b) > 0 {
		views = append(views, string(b))
	}
	if r, err := gomail.CreateReader(bytes.NewReader(wire)); err == nil {
		for {
			p, err := r.NextPart()
			if err != nil {
				break
			}
			b, _ := io.ReadAll(p.Body)
			views = append(views, string(b))
		}
	}
	runs := append(regexp.MustCompile(`[A-Za-z0-9+/_=\r\n-]{16,}`).FindAllString(raw, -1), regexp.MustCompile(`[A-Za-z0-9+/_=-]{16,}`).FindAllString(raw, -1)...)
	for _, run := range runs {
		run = strings.NewReplacer("\r", "", "\n", "", "=", "").Replace(run)
		for _, decode := range []func(string) ([]byte, error){base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString, hex.DecodeString} {
			if b, err := decode(run); err == nil {
				views = append(views, string(b))
			}
		}
	}
	word = strings.ToLower(word)
	for _, v := range views {
		if plain, err := url.QueryUnescape(v); err == nil && strings.Contains(strings.ToLower(plain), word) {
			return true
		}
		if strings.Contains(strings.ToLower(html.UnescapeString(v)), word) {
			return true
		}
	}
	return false
}

func TestLeakedFindsIt(t *testing.T) {
	const head = "From: a@acme.test\r\nTo: c@shop.example\r\nSubject: Re: x\r\n"
	for name, wire := range map[string]string{
		"plain":   head + "\r\nsee canary1yellow\r\n",
		"case":    head + "\r\nCANARY1YELLOW\r\n",
		"header":  head + "X-Note: canary1yellow\r\n\r\nhi\r\n",
		"folded":  head + "X-Note: =?utf-8?q?cana?=\r\n =?utf-8?q?ry1yellow?=\r\n\r\nhi\r\n",
		"encoded": head + "X-Note: =?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte("ä canary1yellow")) + "?=\r\n\r\nhi\r\n",
		"quoted":  head + "Content-Transfer-Encoding: quoted-printable\r\n\r\ncana=\r\nry1=79ellow\r\n",
		"base64":  head + "Mime-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("see canary1yellow")) + "\r\n",
		"html":    head + "Content-Type: text/html\r\n\r\n&#99;anary1yellow\r\n",
		"address": head + "\r\nhttps://acme.test/?q=canary1%79ellow\r\n",
		"hex":     head + "X-Ref: " + hex.EncodeToString([]byte("canary1yellow")) + "\r\n\r\nhi\r\n",
		"file": head + "Mime-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Type: application/x\r\n" +
			"Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("canary1yellow")) + "\r\n--b--\r\n",
	} {
		if !leaked([]byte(wire), "canary1yellow") {
			t.Errorf("%s: not found in\n%s", name, wire)
		}
	}
	if leaked([]byte(head+"\r\nnothing\r\n"), "canary1yellow") {
		t.Error("found where it is not")
	}
}
