package company

import (
	"embed"
	"fmt"
	"io/fs"
	"net/mail"
	"slices"
	"strings"
	"time"
)

//go:embed mail/*.mbox
var files embed.FS

// Item is one message as one mailbox has it. A mail to two mailboxes is two
// items with one Message-ID; a mail between colleagues is an item sent and an
// item received.
type Item struct {
	Mailbox string    // address without plus-part, shared or a person's own
	Raw     []byte    // RFC 5322, lines end in CRLF; the caller's own
	At      time.Time // arrival, or when it was sent
	Sent    bool      // it was sent from Mailbox
	Thread  string    // name of the mbox file without number: for tests and prompts
}

// Mail gives all mail in arrival order, the newest four minutes before now, the
// oldest about two weeks. All items of a Thread answer one another, but Gmail
// may show an automatic answer that changes the subject as a thread of its own.
// An error names the thread whose file cannot be read.
func Mail(now time.Time) ([]Item, error) {
	letters, err := readLetters(files)
	if err != nil {
		return nil, err
	}
	newest := slices.MaxFunc(letters, func(a, b letter) int { return a.at.Compare(b.at) }).at
	var items []Item
	for _, l := range letters {
		copies, err := l.copies(shift(l.at, newest, now))
		if err != nil {
			return nil, fmt.Errorf("thread %s: %w", l.thread, err)
		}
		items = append(items, copies...)
	}
	slices.SortStableFunc(items, func(a, b Item) int { return a.At.Compare(b.At) })
	return items, nil
}

// readLetters reads every mbox file in the order of its names.
func readLetters(source fs.FS) ([]letter, error) {
	paths, err := fs.Glob(source, "mail/*.mbox")
	if err != nil {
		return nil, fmt.Errorf("list the company's mail: %w", err)
	}
	var letters []letter
	for _, path := range paths {
		text, err := fs.ReadFile(source, path)
		if err != nil {
			return nil, fmt.Errorf("read the company's mail: %w", err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(path, "mail/"), ".mbox")
		_, thread, _ := strings.Cut(name, "-")
		more, err := readMbox(thread, string(text))
		if err != nil {
			return nil, err
		}
		letters = append(letters, more...)
	}
	if len(letters) == 0 {
		return nil, fmt.Errorf("no mail in mail/*.mbox")
	}
	return letters, nil
}

// copies gives the sender's copy, if the sender is at Acme, and one for each
// address the letter was delivered to.
func (l letter) copies(at time.Time) ([]Item, error) {
	var items []Item
	sender, err := mail.ParseAddress(l.value("From"))
	if err != nil {
		return nil, fmt.Errorf("header From: %w", err)
	}
	if box, own := mailboxOf(sender.Address); own {
		raw, err := l.raw("", at)
		if err != nil {
			return nil, err
		}
		items = append(items, Item{Mailbox: box, Raw: raw, At: at, Sent: true, Thread: l.thread})
	}
	for _, f := range l.header {
		if f.name != "Delivered-To" {
			continue
		}
		box, own := mailboxOf(f.value)
		if !own {
			return nil, fmt.Errorf("header Delivered-To: %s is no mailbox of Acme", f.value)
		}
		raw, err := l.raw(f.value, at)
		if err != nil {
			return nil, err
		}
		items = append(items, Item{Mailbox: box, Raw: raw, At: at, Thread: l.thread})
	}
	if len(items) == 0 {
		return nil, fmt.Errorf("message %s belongs to no mailbox: add a Delivered-To line", l.value("Message-ID"))
	}
	return items, nil
}

// mailboxOf gives the mailbox in which mail to address arrives, and whether
// Acme has it.
func mailboxOf(address string) (string, bool) {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	plain := local + "@" + domain
	for _, box := range SharedMailboxes() {
		if box.Address == plain || slices.Contains(box.Aliases, plain) {
			return box.Address, true
		}
	}
	return plain, slices.ContainsFunc(People(), func(p Person) bool { return p.Email == plain })
}
