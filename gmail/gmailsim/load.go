package gmailsim

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// LoadOptions say how mail from files arrives.
type LoadOptions struct {
	KeepDates bool     // internal date from the Date header rather than now
	Labels    []string // label ids; nil is INBOX and UNREAD
	// Source names where the mails come from. Of a source that was loaded before, in this mailbox and
	// as far as it came, the mails are passed over: a load that was killed goes on where it stopped.
	// "" loads all.
	Source   string
	Progress func(Loaded)
}

// Loaded counts what a load has done.
type Loaded struct {
	Mails int
	Bytes int64
}

// maxMail is the largest mail that is loaded, in bytes; larger ones end the load with an error.
const maxMail = 64 << 20

// LoadMbox brings every mail of an mbox file, plain or gzip, to a mailbox as Deliver does, one after
// the other. What was loaded before an error stays.
func (s *Server) LoadMbox(ctx context.Context, to, path string, opt LoadOptions) (Loaded, error) {
	f, err := os.Open(path)
	if err != nil {
		return Loaded{}, fmt.Errorf("gmailsim: opening the mbox: %w", err)
	}
	defer f.Close()
	return s.LoadMboxFrom(ctx, to, f, opt)
}

// LoadMboxFrom is LoadMbox for a reader.
func (s *Server) LoadMboxFrom(ctx context.Context, to string, r io.Reader, opt LoadOptions) (Loaded, error) {
	l := loader{s: s, ctx: ctx, to: to, opt: opt}
	in := bufio.NewReaderSize(r, 1<<16)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return l.done, fmt.Errorf("gmailsim: reading the mbox: %w", err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	err := splitMbox(in, l.take)
	return l.done, err
}

// splitMbox cuts an mbox into mails: a line that begins with "From " at the start or after an empty
// line begins a mail; ">From " with any number of ">" loses one.
func splitMbox(in *bufio.Reader, take func([]byte) error) error {
	var mail []byte
	inMail, blank := false, true
	for {
		line, err := in.ReadSlice('\n')
		whole := !errors.Is(err, bufio.ErrBufferFull)
		if blank && bytes.HasPrefix(line, []byte("From ")) {
			if inMail {
				if err := take(endMail(mail)); err != nil {
					return err
				}
			}
			mail, inMail = mail[:0], true
			for !whole { // the rest of a very long "From " line
				_, err = in.ReadSlice('\n')
				whole = !errors.Is(err, bufio.ErrBufferFull)
			}
			blank = false
		} else if len(line) > 0 {
			if !inMail && blank && len(bytes.TrimSpace(line)) > 0 {
				return errors.New("gmailsim: not an mbox: its first line does not begin with \"From \"")
			}
			blank = len(bytes.TrimRight(line, "\r\n")) == 0
			if quoted := bytes.TrimLeft(line, ">"); len(quoted) < len(line) && bytes.HasPrefix(quoted, []byte("From ")) {
				line = line[1:]
			}
			if mail = append(mail, line...); len(mail) > maxMail {
				return fmt.Errorf("gmailsim: a mail in the mbox is larger than %d bytes", maxMail)
			}
			for !whole {
				line, err = in.ReadSlice('\n')
				whole = !errors.Is(err, bufio.ErrBufferFull)
				if mail = append(mail, line...); len(mail) > maxMail {
					return fmt.Errorf("gmailsim: a mail in the mbox is larger than %d bytes", maxMail)
				}
			}
		}
		if err == nil {
			continue
		}
		if !errors.Is(err, io.EOF) {
			return fmt.Errorf("gmailsim: reading the mbox: %w", err)
		}
		if inMail {
			return take(mail)
		}
		return nil
	}
}

// endMail takes off the empty line that stands between mails.
func endMail(mail []byte) []byte {
	if m, ok := bytes.CutSuffix(mail, []byte("\r\n\r\n")); ok {
		return mail[:len(m)+2]
	}
	if m, ok := bytes.CutSuffix(mail, []byte("\n\n")); ok {
		return mail[:len(m)+1]
	}
	return mail
}

// LoadMaildir brings every mail in new/ and cur/ of a Maildir to a mailbox, by file name. A mail
// flagged S (seen) does not get UNREAD, one flagged F gets STARRED, one flagged T is passed over.
func (s *Server) LoadMaildir(ctx context.Context, to, dir string, opt LoadOptions) (Loaded, error) {
	l := loader{s: s, ctx: ctx, to: to, opt: opt}
	type file struct{ name, path string }
	var files []file
	for _, sub := range []string{"cur", "new"} {
		list, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil {
			return l.done, fmt.Errorf("gmailsim: reading the Maildir: %w", err)
		}
		for _, e := range list {
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
				files = append(files, file{e.Name(), filepath.Join(dir, sub, e.Name())})
			}
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	for _, f := range files {
		_, flags, _ := strings.Cut(f.name, ":2,")
		if strings.Contains(flags, "T") {
			continue
		}
		if info, err := os.Stat(f.path); err != nil || info.Size() > maxMail {
			return l.done, fmt.Errorf("gmailsim: a mail in the Maildir cannot be read or is larger than %d bytes: %w", maxMail, err)
		}
		raw, err := os.ReadFile(f.path)
		if err != nil {
			return l.done, fmt.Errorf("gmailsim: reading the Maildir: %w", err)
		}
		l.flags = flags
		if err := l.take(raw); err != nil {
			return l.done, err
		}
	}
	return l.done, nil
}

// loader brings mails one by one.
type loader struct {
	s     *Server
	ctx   context.Context
	to    string
	opt   LoadOptions
	flags string // of Maildir
	seen  int    // mails of the source met so far
	done  Loaded
}

func (l *loader) take(raw []byte) error {
	if l.seen++; l.opt.Source != "" && l.seen <= l.s.loaded(l.to, l.opt.Source) {
		return l.ctx.Err()
	}
	labels := slices.Clone(l.opt.Labels)
	if l.opt.Labels == nil {
		labels = []string{"UNREAD", "INBOX"}
	}
	if strings.Contains(l.flags, "S") {
		labels = slices.DeleteFunc(labels, func(x string) bool { return x == "UNREAD" })
	}
	if strings.Contains(l.flags, "F") {
		labels = append(labels, "STARRED")
	}
	var date time.Time
	if l.opt.KeepDates {
		h, _ := splitHeader(raw)
		date = headerDate(h, l.s.now())
	}
	if _, err := l.s.DeliverAs(l.ctx, l.to, raw, Arrival{unique(labels), date, l.opt.Source}); err != nil {
		return fmt.Errorf("loading mail %d: %w", l.done.Mails+1, err)
	}
	l.done.Mails++
	l.done.Bytes += int64(len(raw))
	if l.opt.Progress != nil {
		l.opt.Progress(l.done)
	}
	return nil
}

// loaded tells how many mails of a source a mailbox has got.
func (s *Server) loaded(address, source string) int {
	b := s.box(address)
	if b == nil {
		return 0
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.loaded[source]
}
