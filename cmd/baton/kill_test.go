package main

import (
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail/gmailsim"
	"baton/infra/need"
	"baton/store"
)

// TestKilled kills the real program at least 25 times, or 50, while it loads and
// takes in the corpus. What the last run finishes must be what an undisturbed run
// would have made.
func TestKilled(t *testing.T) {
	mbox, path := need.Corpus(t), realBaton(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	wanted := need.Count(25, 50)
	for kills, round := 0, 1; kills < wanted; round++ {
		dir := t.TempDir()
		n := killWhileBusy(t, path, dir, mbox, random, wanted-kills)
		kills += n
		t.Logf("round %d: killed %d times before all was done", round, n)
		checkWhole(t, dir, mbox, finish(t, path, dir, mbox))
		if round == 10 {
			t.Fatalf("only %d kills hit a busy process in 10 rounds", kills)
		}
	}
}

// looks is how many kills go between two looks at how far the work has come.
// Looking opens the store and so does a part of the recovery.
const looks = 5

// killWhileBusy starts and kills until all is done or there were enough kills,
// and gives how many certainly hit unfinished work.
func killWhileBusy(t *testing.T, path, dir, mbox string, random *rand.Rand, enough int) (sure int) {
	t.Helper()
	for n := 1; ; n++ {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir, "--mbox", mbox)
		switch n % 10 {
		case 3, 8: // while it starts
			c.after(time.Duration(random.IntN(300)) * time.Millisecond)
		case 6: // after commits that the store may put off by a second
			c.address(t)
			c.after(time.Duration(400+random.IntN(1000)) * time.Millisecond)
		default:
			c.address(t)
			c.after(time.Duration(5+random.IntN(66)) * time.Millisecond)
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatalf("kill %d: the demo had ended: %v\n%s", n, c.err, &c.stderr)
		}
		c.wait(t, 10*time.Second)
		if n%looks != 0 {
			continue
		}
		if done(t, dir) {
			return sure
		}
		if sure = n; sure >= enough {
			return sure
		}
	}
}

// done tells whether nothing is left to do in a folder that no process uses.
func done(t *testing.T, dir string) bool {
	t.Helper()
	s := openStore(t, dir)
	defer s.Close(t.Context())
	lines, err := s.Verdicts(t.Context(), support)
	if err != nil {
		t.Fatal(err)
	}
	intents, err := s.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return total(lines) == corpusMails && intents[desk.IntentDone] == total(intents)
}

func openStore(t *testing.T, dir string) store.Opened {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "baton.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func total[K comparable](counts map[K]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// checkWhole holds a finished folder against the mbox it was loaded from: each
// mail is at the stand-in once and in the ledger once, its conversation counts
// it, no promise is open, and every message wears what its record wants.
func checkWhole(t *testing.T, dir, mbox, report string) {
	t.Helper()
	var s summary
	if err := json.Unmarshal([]byte(report), &s); err != nil {
		t.Fatalf("the summary %q: %v", report, err)
	}
	if s.Messages != corpusMails || total(s.Ledger) != corpusMails {
		t.Errorf("summary: %d messages, %d ledger lines; want %d of both", s.Messages, total(s.Ledger), corpusMails)
	}
	if open := total(s.Intents) - s.Intents[desk.IntentDone]; open != 0 {
		t.Errorf("summary: %d intents are not done: %v", open, s.Intents)
	}
	sim, st := openGmail(t, dir), openStore(t, dir)
	defer sim.Close(t.Context())
	defer st.Close(t.Context())
	policy := openDesk(t, st).Policy()
	if diff := cmp.Diff(origin(t, mbox), handlesIn(t, sim)); diff != "" {
		t.Errorf("mails at the stand-in (-sent +there):\n%.2000s", diff)
	}
	rows, err := sim.Threads(support, 0)
	if err != nil {
		t.Fatal(err)
	}
	if s.Conversations != len(rows) {
		t.Errorf("%d conversations for %d threads", s.Conversations, len(rows))
	}
	counted := 0
	for _, row := range rows {
		counted += checkThread(t, sim, st, policy, row.ID)
	}
	if counted != corpusMails {
		t.Errorf("conversations count %d messages, want %d", counted, corpusMails)
	}
}

// checkThread checks one thread and gives how many messages its record counts.
func checkThread(t *testing.T, sim *gmailsim.Server, st store.Opened, policy *desk.Policy, thread string) int {
	t.Helper()
	mails, err := sim.Thread(support, thread)
	if err != nil {
		t.Fatal(err)
	}
	c, err := st.Conversation(t.Context(), desk.ConversationOf(support, desk.ThreadID(thread)))
	if err != nil {
		t.Errorf("thread %s: %v", thread, err)
		return 0
	}
	if c.Messages != len(mails) {
		t.Errorf("thread %s: the record counts %d messages of %d", thread, c.Messages, len(mails))
	}
	want := desk.WantedLabels(policy, &c)
	slices.Sort(want)
	var ids []desk.MessageID
	for _, m := range mails {
		ids = append(ids, desk.MessageID(m.ID))
		if diff := cmp.Diff(want, ours(m.Labels)); diff != "" {
			t.Errorf("message %s wears (-wanted +worn):\n%s", m.ID, diff)
		}
	}
	known, err := st.Known(t.Context(), support, ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if known[id] != c.ID {
			t.Errorf("message %s: its ledger line names conversation %q, want %q", id, known[id], c.ID)
		}
	}
	return c.Messages
}

// ours are the labels that Baton gives, sorted.
func ours(labels []string) []string {
	var out []string
	for _, l := range labels {
		if strings.HasPrefix(l, desk.LabelRoot+"/") {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// origins has what origin gave, by mbox.
var origins sync.Map

// origin gives the Message-IDs of an mbox's mails, sorted, as an undisturbed
// load brings them.
func origin(t *testing.T, mbox string) []string {
	t.Helper()
	if known, ok := origins.Load(mbox); ok {
		return known.([]string)
	}
	sim, err := gmailsim.New(gmailsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close(t.Context())
	if err := sim.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
		t.Fatal(err)
	}
	if _, err := sim.LoadMbox(t.Context(), support, mbox, gmailsim.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	out := handlesIn(t, sim)
	origins.Store(mbox, out)
	return out
}

func handlesIn(t *testing.T, sim *gmailsim.Server) []string {
	t.Helper()
	rows, err := sim.Threads(support, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, row := range rows {
		mails, err := sim.Thread(support, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			out = append(out, m.MessageID+" "+m.Subject)
		}
	}
	slices.Sort(out)
	return out
}
