package gmailsim

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
)

// store keeps two append-only files: raw mail, and a journal of changes that points into it. A frame
// of the journal is length (4 bytes), CRC-32 of the payload (4 bytes), payload (JSON list of ops); all
// or nothing of it counts. Mail is written before the frame that names it. Neither is synced: they
// survive the end of the process at any instant, not the loss of power.
type store struct {
	dir  string
	lock *flock.Flock

	mu      sync.Mutex // guards what follows
	journal *os.File
	mail    *os.File
	mailEnd int64
	buf     []byte
	broken  error // a write that failed half; nothing may follow it
}

// maxFrame bounds one change: 1,000 label changes are some 200 kB.
const maxFrame = 64 << 20

func openStore(dir string, apply func(*op) error) (*store, error) {
	st := &store{dir: dir}
	var err error
	if dir == "" {
		st.dir, err = os.MkdirTemp("", "gmailsim-")
	} else {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, fmt.Errorf("gmailsim: making the directory: %w", err)
	}
	st.lock = flock.New(filepath.Join(st.dir, "lock"))
	got, err := st.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("gmailsim: locking %s: %w", st.dir, err)
	}
	if !got {
		return nil, fmt.Errorf("gmailsim: %s is in use by another process; stop it or choose another directory", st.dir)
	}
	if err := st.open(apply); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return st, nil
}

func (st *store) open(apply func(*op) error) (err error) {
	if st.mail, err = os.OpenFile(filepath.Join(st.dir, "mail"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return fmt.Errorf("gmailsim: opening mail: %w", err)
	}
	if st.journal, err = os.OpenFile(filepath.Join(st.dir, "journal"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return fmt.Errorf("gmailsim: opening journal: %w", err)
	}
	size, err := st.mail.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("gmailsim: mail: %w", err)
	}
	data, err := io.ReadAll(st.journal)
	if err != nil {
		return fmt.Errorf("gmailsim: reading journal: %w", err)
	}
	good := 0
	for good < len(data) {
		ops, n := readFrame(data[good:], size)
		if n == 0 {
			break
		}
		for i := range ops {
			if err := apply(&ops[i]); err != nil {
				return err
			}
			if m := ops[i].Msg; m != nil {
				st.mailEnd = max(st.mailEnd, m.Off+m.Len)
			}
		}
		good += n
	}
	if err := st.journal.Truncate(int64(good)); err != nil {
		return fmt.Errorf("gmailsim: cutting the journal's torn end: %w", err)
	}
	if _, err := st.journal.Seek(int64(good), io.SeekStart); err != nil {
		return fmt.Errorf("gmailsim: journal: %w", err)
	}
	return nil
}

// readFrame gives the ops of the first frame and its length; 0 if it is torn or names mail beyond
// the mail file's size.
func readFrame(data []byte, mailSize int64) ([]op, int) {
	if len(data) < 8 {
		return nil, 0
	}
	n := int(binary.LittleEndian.Uint32(data))
	if n > maxFrame || len(data) < 8+n {
		return nil, 0
	}
	payload := data[8 : 8+n]
	if crc32.ChecksumIEEE(payload) != binary.LittleEndian.Uint32(data[4:]) {
		return nil, 0
	}
	var ops []op
	if json.Unmarshal(payload, &ops) != nil {
		return nil, 0
	}
	for _, o := range ops {
		if o.Msg != nil && o.Msg.Off+o.Msg.Len > mailSize {
			return nil, 0
		}
	}
	return ops, 8 + n
}

// append writes one change down.
func (st *store) append(ops []op) error {
	payload, err := json.Marshal(ops)
	if err != nil {
		return fmt.Errorf("gmailsim: encoding a change: %w", err)
	}
	if len(payload) > maxFrame {
		return fmt.Errorf("gmailsim: a change of %d bytes is too large", len(payload))
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.broken != nil {
		return st.broken
	}
	st.buf = binary.LittleEndian.AppendUint32(st.buf[:0], uint32(len(payload)))
	st.buf = binary.LittleEndian.AppendUint32(st.buf, crc32.ChecksumIEEE(payload))
	st.buf = append(st.buf, payload...)
	if _, err := st.journal.Write(st.buf); err != nil {
		st.broken = fmt.Errorf("gmailsim: the journal cannot be written, open the directory again: %w", err)
		return st.broken
	}
	return nil
}

// keep writes raw mail (given in pieces) and gives its place.
func (st *store) keep(pieces ...[]byte) (off, n int64, err error) {
	for _, p := range pieces {
		n += int64(len(p))
	}
	buf := pieces[0]
	if len(pieces) > 1 {
		buf = make([]byte, 0, n)
		for _, p := range pieces {
			buf = append(buf, p...)
		}
	}
	st.mu.Lock()
	off = st.mailEnd
	st.mailEnd += n
	st.mu.Unlock()
	if _, err := st.mail.WriteAt(buf, off); err != nil {
		return 0, 0, fmt.Errorf("gmailsim: keeping a mail: %w", err)
	}
	return off, n, nil
}

// raw reads a mail back.
func (st *store) raw(m *message) ([]byte, error) { return st.head(m, m.Len) }

// head reads at most n bytes of a mail.
func (st *store) head(m *message, n int64) ([]byte, error) {
	buf := make([]byte, min(n, m.Len))
	if _, err := st.mail.ReadAt(buf, m.Off); err != nil {
		return nil, fmt.Errorf("gmailsim: reading mail %s: %w", formatID(m.ID), err)
	}
	return buf, nil
}

func (st *store) close() error {
	var errs []error
	if st.journal != nil {
		errs = append(errs, st.journal.Close())
	}
	if st.mail != nil {
		errs = append(errs, st.mail.Close())
	}
	return errors.Join(append(errs, st.lock.Unlock())...)
}
