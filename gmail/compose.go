package gmail

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/emersion/go-message/mail"

	"baton/desk"
)

// The headers of our own that a sent mail carries.
const (
	// headerIntent names the intent, by which a sent mail is recognised whatever
	// became of its Message-ID.
	headerIntent = "X-Baton-Intent"
	// headerSeal follows from recipients, subject and text, so that a draft that a
	// person took over is told from one that nobody touched.
	headerSeal = "X-Baton-Seal"
	// headerNotice marks a notice to one of the team and names the conversation,
	// which opens to nobody by that.
	headerNotice = "X-Baton-Notice"
)

// UnfitError says why a mail cannot be sent as it is, in words for people. It
// names no address.
type UnfitError struct{ Say string }

func (e *UnfitError) Error() string { return e.Say }

// Compose writes the mail of a send intent as it goes to Gmail (RFC 5322):
// plain text in UTF-8, with a Message-ID that follows from the intent. Text for
// headers is decoded, cleaned and encoded again. An *UnfitError says what is
// wrong with the mail.
func Compose(in desk.Intent, now time.Time) ([]byte, error) {
	m := in.Mail
	if m == nil {
		return nil, &UnfitError{"There is no mail to send."}
	}
	if !token(string(in.ID)) {
		return nil, &UnfitError{"The mail's own name cannot stand in a header."}
	}
	if len(m.Text) > desk.MaxMailText {
		return nil, &UnfitError{fmt.Sprintf("The text is longer than %d kB.", desk.MaxMailText>>10)}
	}
	from := m.From
	if from.Email == "" {
		from.Email = desk.Email(in.Mailbox)
	}
	subject := cutRunes(headerText(m.Subject), desk.MaxSubject)
	var h gomail.Header
	h.SetDate(now)
	h.Set("Subject", encodedText(subject))
	for _, field := range []struct {
		name string
		list []desk.Address
	}{{"From", []desk.Address{from}}, {"To", m.To}, {"Cc", m.Cc}} {
		list, err := recipients(field.name, field.list)
		if err != nil {
			return nil, err
		}
		h.SetAddressList(field.name, list)
	}
	if len(m.To)+len(m.Cc) == 0 {
		return nil, &UnfitError{"The mail has no recipient."}
	}
	h.SetMessageID(string(SentID(in)))
	if sendableID(m.InReplyTo) {
		h.SetMsgIDList("In-Reply-To", []string{string(m.InReplyTo)})
	}
	h.SetMsgIDList("References", sentReferences(m))
	if m.Automatic || m.Notice != "" {
		h.Set("Auto-Submitted", "auto-replied")  // RFC 3834
		h.Set("X-Auto-Response-Suppress", "All") // Exchange
		h.Set("Precedence", "bulk")              // Gmail's own responder
	}
	if m.Notice != "" {
		if !token(string(m.Notice)) {
			return nil, &UnfitError{"The conversation's name cannot stand in a header."}
		}
		h.Set("Auto-Submitted", "auto-generated") // it answers no mail
		h.Set("List-Id", "Baton notices <notices.baton."+desk.Email(in.Mailbox).Domain()+">")
		h.Set(headerNotice, string(m.Notice))
	}
	h.Set(headerIntent, string(in.ID))
	h.Set(headerSeal, sealOf(emails(m.To), emails(m.Cc), subject, m.Text))
	h.Set("Mime-Version", "1.0")
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	var out bytes.Buffer
	w, err := gomail.CreateSingleInlineWriter(&out, h)
	if err != nil {
		return nil, fmt.Errorf("gmail: writing a mail: %w", err)
	}
	if _, err := w.Write([]byte(mailText(m.Text))); err != nil {
		return nil, fmt.Errorf("gmail: writing a mail: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("gmail: writing a mail: %w", err)
	}
	if err := checkWire(out.Bytes()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// recipients checks a header's addresses.
func recipients(name string, list []desk.Address) ([]*gomail.Address, error) {
	if len(list) > maxRecipients {
		return nil, &UnfitError{fmt.Sprintf("%s has more than %d addresses.", name, maxRecipients)}
	}
	var out []*gomail.Address
	for _, a := range list {
		ok, fit := sendable(a)
		if !fit {
			return nil, &UnfitError{fmt.Sprintf("One of the addresses in %s is not one that mail can be sent to.", name)}
		}
		out = append(out, (*gomail.Address)(ok))
	}
	return out, nil
}

// SentID is the Message-ID that we give to an intent's mail; Gmail may replace it.
func SentID(in desk.Intent) desk.RFCID {
	sum := sha256.Sum256([]byte("message-id\x00" + string(in.ID)))
	return desk.RFCID("baton." + hex.EncodeToString(sum[:12]) + "@" + desk.Email(in.Mailbox).Domain())
}

// mailText brings a text's lines into the form that mail has, and takes out
// control characters.
func mailText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.TrimRight(s, "\n")+"\n", "\n", "\r\n")
}

// sealOf follows from what a person would change in a draft. Spaces do not count,
// for mail programs break lines anew.
func sealOf(to, cc []desk.Email, subject, text string) string {
	h := sha256.New()
	for _, list := range [][]desk.Email{to, cc} {
		for _, e := range list {
			fmt.Fprintf(h, "%s\x00", desk.ParseEmail(string(e)))
		}
		h.Write([]byte{1})
	}
	fmt.Fprintf(h, "%s\x00%s", strings.Join(strings.Fields(subject), " "), strings.Join(strings.Fields(mailText(text)), " "))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// token tells whether an id of ours can stand in a header as it is.
func token(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", r) {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// checkWire is the last look at what was written: printable ASCII in lines of
// at most 998 bytes, each ended by CR LF, and a header that net/mail reads.
func checkWire(wire []byte) error {
	head, _, ok := bytes.Cut(wire, []byte("\r\n\r\n"))
	if !ok {
		return &UnfitError{"The mail's header could not be written."}
	}
	for _, line := range bytes.Split(head, []byte("\r\n")) {
		for _, c := range line {
			if c < ' ' && c != '\t' || c > '~' {
				return &UnfitError{"The mail's header would hold characters that mail does not allow."}
			}
		}
	}
	for _, line := range bytes.Split(wire, []byte("\r\n")) {
		if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
			return &UnfitError{"The mail would have lines that mail does not allow."}
		}
	}
	if _, err := mail.ReadMessage(bytes.NewReader(wire)); err != nil {
		return &UnfitError{"The mail's header could not be written."}
	}
	return nil
}
