package gmailsim

import (
	"context"
	crand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a Server runs. The zero value is usable.
type Options struct {
	Dir            string                               // where everything is kept; "" is a temporary directory, removed by Close
	Now            func() time.Time                     // the clock; nil is time.Now
	After          func(time.Duration) <-chan time.Time // waits for the push limiter and delays; nil is time.After
	Publisher      Publisher                            // takes watch notifications; nil drops them
	PushInterval   time.Duration                        // shortest time between two notifications of a mailbox; 0 is Google's 1 s
	Log            *slog.Logger                         // nil is silent
	Seed           uint64                               // of ids, gaps and push switches; 0 picks one
	FirstHistoryID uint64                               // new mailboxes start near it; 0 picks one, to try ids above 2^53 set it
	UnitsPerMinute int                                  // quota per mailbox and minute, enforced; 0 only counts

	// RewriteMessageID replaces the Message-ID of sent mail, as Gmail has been seen to do; the old one
	// stays as X-Google-Original-Message-ID.
	RewriteMessageID bool
	// SearchLag is how long a message stays unknown to searches after it came.
	SearchLag time.Duration
}

// Server is the stand-in Gmail. It is safe for concurrent use.
type Server struct {
	opt     Options
	log     *slog.Logger
	store   *store
	mux     *http.ServeMux
	push    *PushSwitches
	changes changes

	mu    sync.RWMutex
	boxes map[string]*mailbox // by address and alias, lower case
	auth  authority

	callMu  sync.Mutex
	calls   map[string]map[string]*Count // mailbox, method
	methodN map[string]int
	callN   int
	fault   func(Call) *Fault
	windows map[string]*window

	effectMu sync.Mutex
	effects  []Effect

	randMu sync.Mutex
	rand   *rand.Rand

	work   sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc
	closed atomic.Bool
}

// New opens a Server on Options.Dir, with all that was there before. A directory that another
// process uses is refused.
func New(opt Options) (*Server, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.After == nil {
		opt.After = time.After
	}
	if opt.PushInterval <= 0 {
		opt.PushInterval = time.Second
	}
	if opt.Seed == 0 {
		var b [8]byte
		if _, err := crand.Read(b[:]); err != nil {
			return nil, fmt.Errorf("gmailsim: picking a seed: %w", err)
		}
		opt.Seed = binary.LittleEndian.Uint64(b[:])
	}
	s := &Server{
		opt: opt, log: opt.Log,
		boxes: map[string]*mailbox{}, calls: map[string]map[string]*Count{}, methodN: map[string]int{},
		windows: map[string]*window{}, rand: rand.New(rand.NewPCG(opt.Seed, 1)),
	}
	if s.log == nil {
		s.log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	s.push = newPushSwitches(opt.Seed)
	s.auth.init()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	st, err := openStore(opt.Dir, s.apply)
	if err != nil {
		return nil, err
	}
	s.store = st
	if err := s.ensureSecret(); err != nil {
		return nil, errors.Join(err, st.close())
	}
	s.mux = s.newMux()
	return s, nil
}

// Handler gives the HTTP side; the Server itself is one too.
func (s *Server) Handler() http.Handler { return s }

// Dir is the directory that everything is kept in.
func (s *Server) Dir() string { return s.store.dir }

// Close stops notifications, waits for those under way until ctx ends, and closes the files. Calls
// that come later are answered 503.
func (s *Server) Close(ctx context.Context) error {
	if !s.closed.CompareAndSwap(false, true) {
		return nil
	}
	s.cancel()
	s.mu.Lock()
	for _, b := range s.boxes {
		b.barrier()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.work.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("gmailsim: closing: notifications still under way: %w", ctx.Err())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for addr, b := range s.boxes {
		if addr == b.addr {
			b.mu.Lock()
			defer b.mu.Unlock()
		}
	}
	err = errors.Join(err, s.store.close())
	if s.opt.Dir == "" {
		err = errors.Join(err, os.RemoveAll(s.store.dir))
	}
	return err
}

// Alias is another address of a mailbox, listed in its send-as settings.
type Alias struct {
	Address string `json:"a"`
	Name    string `json:"n,omitempty"`
	// Pending is an address that nobody has confirmed: mail to it arrives, and
	// none can be sent from it.
	Pending bool `json:"p,omitempty"`
}

// Mailbox names a mailbox.
type Mailbox struct {
	Address string
	Name    string // display name
	Aliases []Alias
}

// AddMailbox makes a mailbox, or renames one that exists and gives it these aliases. An address that
// belongs to another mailbox is refused.
func (s *Server) AddMailbox(m Mailbox) error {
	m.Address = strings.ToLower(m.Address)
	if !strings.Contains(m.Address, "@") {
		return fmt.Errorf("gmailsim: mailbox %q: want an address", m.Address)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Aliases = slices.Clone(m.Aliases)
	for i, a := range m.Aliases {
		m.Aliases[i].Address = strings.ToLower(a.Address)
		if b := s.boxes[strings.ToLower(a.Address)]; b != nil && b.addr != m.Address {
			return fmt.Errorf("gmailsim: alias %q is taken by another mailbox", a.Address)
		}
	}
	b := s.boxes[m.Address]
	if b != nil && b.addr != m.Address {
		return fmt.Errorf("gmailsim: mailbox %q is an alias of another mailbox", m.Address)
	}
	if b != nil && b.name == m.Name && slices.Equal(b.aliases, m.Aliases) {
		return nil
	}
	if b != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
	}
	o := op{Kind: opMailbox, Mailbox: m.Address, Name: m.Name, Aliases: m.Aliases}
	if b == nil {
		o.Hist = s.opt.FirstHistoryID
		if o.Hist == 0 {
			o.Hist = 10_000 + s.random(1_000_000)
		}
	}
	return s.commitLocked([]op{o})
}

// Mailboxes lists the mailboxes by address.
func (s *Server) Mailboxes() []Mailbox {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Mailbox
	for addr, b := range s.boxes {
		if addr == b.addr {
			out = append(out, Mailbox{b.addr, b.name, slices.Clone(b.aliases)})
		}
	}
	slices.SortFunc(out, func(a, b Mailbox) int { return strings.Compare(a.Address, b.Address) })
	return out
}

// box finds a mailbox by address or alias.
func (s *Server) box(address string) *mailbox {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.boxes[strings.ToLower(address)]
}

// random gives a number in [0, n).
func (s *Server) random(n uint64) uint64 {
	s.randMu.Lock()
	defer s.randMu.Unlock()
	return s.rand.Uint64N(n)
}

func (s *Server) now() time.Time { return s.opt.Now() }
