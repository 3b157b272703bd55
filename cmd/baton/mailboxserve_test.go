package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMailboxPause: a paused mailbox is left alone, the other goes on, and what
// came meanwhile is read afterwards.
func TestMailboxPause(t *testing.T) {
	h := newHouse(t)
	_, stop := h.open()
	defer stop()
	o := h.did("pause", strings.ToUpper(support))
	if diff := cmp.Diff(map[string]stepState{"pause": stepDone, "watch": stepDone}, steps(o)); diff != "" {
		t.Errorf("pause (-want +got):\n%s", diff)
	}
	if o.Status.State != statePaused || !o.Changed || h.calls(support, "gmail.users.stop") != 1 {
		t.Errorf("after pause: %+v, %d stops", o.Status, h.calls(support, "gmail.users.stop"))
	}
	waiting := h.deliver(support, "While paused")
	if again := h.did("pause", support); again.Changed || h.calls(support, "gmail.users.stop") != 1 {
		t.Errorf("the second pause changed something: %+v", again)
	}
	other := h.deliver(sales, "Goes on")
	h.wearsIn(sales, other, "Baton/Status/Open")
	if mails, err := h.sim.Thread(support, waiting); err != nil || len(ours(mails[0].Labels)) > 0 {
		t.Errorf("the paused mailbox's mail wears %v, %v", mails[0].Labels, err)
	}
	if r := h.mailbox("status", support); r.code != exitOK || !strings.Contains(r.stdout, ": paused") {
		t.Errorf("status: code %d, %s", r.code, r.stdout)
	}
	o = h.did("resume", support)
	if !o.Changed || o.Status.State != stateConnected {
		t.Errorf("resume: %+v", o)
	}
	h.wearsIn(support, waiting, "Baton/Status/Open")
	h.until(support, "a watch", func(s standing) bool { return !s.WatchExpires.IsZero() })
	if again := h.did("resume", support); again.Changed {
		t.Errorf("the second resume changed something: %+v", again)
	}
}

// TestMailboxResync: what was asked for while nothing ran is done at the next
// start, once.
func TestMailboxResync(t *testing.T) {
	h := newHouse(t)
	old := h.deliver(support, "From before")
	_, stop := h.open()
	stop()
	r := h.mailbox("resync", support, "--since", "24h")
	if r.code != exitOK || !strings.Contains(r.stdout, "it does not run now") {
		t.Fatalf("resync: %+v", r)
	}
	if again := h.did("resync", support, "--since", "1h"); again.Changed {
		t.Errorf("a shorter search replaces the longer: %+v", again)
	}
	if r := h.mailbox("status"); r.code != exitOK || !strings.Contains(r.stdout, "is to be searched") || !strings.Contains(r.stdout, "baton serve does not run") {
		t.Errorf("status: %+v", r)
	}
	_, stop = h.open()
	defer stop()
	h.wearsIn(support, old, "Baton/Status/Open")
	h.until(support, "having searched", func(s standing) bool { return s.Resync.IsZero() })
	second := h.deliver(sales, "From before too")
	h.wearsIn(sales, second, "Baton/Status/Open")
	if o := h.did("resync", sales, "--since", "2026-01-01"); !o.Changed || !strings.Contains(o.Steps[1].Say, "at once") {
		t.Errorf("resync while it runs: %+v", o)
	}
	h.until(sales, "having searched", func(s standing) bool { return s.Resync.IsZero() })
}

// TestMailboxList: the store and the server show the same.
func TestMailboxList(t *testing.T) {
	h := newHouse(t)
	h.did("connect", support)
	r := h.mailbox("list")
	for _, want := range []string{"MAILBOX", "support@acme.test  delegation  starting", "sales@acme.test    -           starting"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("list shows no %q:\n%s", want, r.stdout)
		}
	}
	_, stop := h.open()
	for _, m := range []string{support, sales} {
		h.until(m, "being read", func(s standing) bool { return s.State == stateConnected })
	}
	served := h.roll()
	stop()
	direct := h.roll()
	if served.Server != "running" || direct.Server != "stopped" {
		t.Errorf("server is %q, then %q", served.Server, direct.Server)
	}
	for i := range served.Mailboxes {
		a, b := served.Mailboxes[i], direct.Mailboxes[i]
		if a.State != stateConnected || a.Cursor == 0 || a.CursorAge == nil || a.WatchLeft == nil || a.HintAt.After(time.Now()) {
			t.Errorf("served: %+v", a)
		}
		for _, s := range []*standing{&a, &b} { // what moves with time, or when serve stops
			s.CursorAge, s.WatchLeft, s.Units, s.HintAt, s.SyncedAt, s.Cursor = nil, nil, 0, time.Time{}, time.Time{}, 0
		}
		if diff := cmp.Diff(a, b); diff != "" {
			t.Errorf("served and direct differ (-served +direct):\n%s", diff)
		}
	}
}

func (h *house) roll() roll {
	h.Helper()
	r := h.mailbox("list", "--json")
	var got roll
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.code != exitOK || len(got.Mailboxes) != 2 {
		h.Fatalf("list: %+v", r)
	}
	return got
}

// wearsIn waits until a thread of a mailbox wears labels of ours.
func (h *house) wearsIn(mailbox, thread string, want ...string) {
	h.Helper()
	changed, stop := h.sim.Subscribe()
	defer stop()
	end := time.After(time.Minute)
	for {
		mails, err := h.sim.Thread(mailbox, thread)
		if err != nil {
			h.Fatal(err)
		}
		got := ours(mails[0].Labels)
		if cmp.Equal(got, want) {
			return
		}
		select {
		case <-changed:
		case <-end:
			h.Fatalf("the thread wears %q, want %q", got, want)
		}
	}
}

// TestSocket: who may use it, and what becomes of it.
func TestSocket(t *testing.T) {
	h := newHouse(t)
	socket := filepath.Join(h.dir, "baton.db.sock")
	_, stop := h.open()
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 || info.Mode().Type() != fs.ModeSocket {
		t.Errorf("the socket is %v, %v; want mode 0600", info, err)
	}
	link := filepath.Join(t.TempDir(), "other.db")
	if err := os.Symlink(filepath.Join(h.dir, "baton.db"), link); err != nil {
		t.Fatal(err)
	}
	if r := runs(t, map[string]string{"BATON_STORE": "sqlite:" + link}, "mailbox", "list"); r.code != exitOK || !strings.Contains(r.stdout, support) {
		t.Errorf("through a link to the store: %+v", r)
	}
	stop()
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket is left behind: %v", err)
	}

	// A file in the way is nobody's to remove, and does not keep serve from
	// serving.
	if err := os.WriteFile(socket, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stop = h.open()
	if r := h.mailbox("list"); r.code != exitFault || !strings.Contains(r.stderr, "another process") {
		t.Errorf("with a file in the socket's place: %+v", r)
	}
	stop()
	if text, err := os.ReadFile(socket); err != nil || string(text) != "mine" {
		t.Errorf("the file in the way is %q, %v", text, err)
	}
	if logged := strings.Join(h.log.take(), "\n"); !strings.Contains(logged, "there is no socket") {
		t.Error("serve does not log that it has no socket")
	}

	// A path too long for a socket is told by both sides.
	deep := filepath.Join(h.dir, strings.Repeat("d", 100))
	if err := os.Mkdir(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	h.vars["BATON_STORE"] = "sqlite:" + filepath.Join(deep, "baton.db")
	_, stop = h.open()
	defer stop()
	if r := h.mailbox("list"); r.code != exitFault || !strings.Contains(r.stderr, "shorter path") {
		t.Errorf("with a long path: %+v", r)
	}
}

// TestSocketKilled: a server that is killed leaves a socket, which is in
// nobody's way; the next one replaces it.
func TestSocketKilled(t *testing.T) {
	path, dir := realBaton(t), t.TempDir()
	socket := filepath.Join(dir, "baton.db.sock")
	list := func() (string, error) {
		cmd := exec.CommandContext(t.Context(), path, "mailbox", "list", "--store", "sqlite:"+filepath.Join(dir, "baton.db"), "--json")
		out, err := cmd.Output()
		return string(out), err
	}
	for range 2 {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.address(t)
		<-c.loaded
		if out, err := list(); err != nil || !strings.Contains(out, `"server":"running"`) {
			t.Errorf("while it runs: %q, %v", out, err)
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		c.wait(t, 10*time.Second)
		if _, err := os.Stat(socket); err != nil {
			t.Fatalf("a killed server leaves no socket: %v", err)
		}
		if out, err := list(); err != nil || !strings.Contains(out, `"server":"stopped"`) {
			t.Errorf("after it was killed: %q, %v", out, err)
		}
	}
}

// TestSocketCalls: what is no call is refused, and changes nothing.
func TestSocketCalls(t *testing.T) {
	h := newHouse(t)
	_, stop := h.open()
	defer stop()
	c, err := call(t.Context(), filepath.Join(h.dir, "baton.db.sock"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := through[outcome](t.Context(), c, "no-such", order{Mailbox: support}); asFault(err).Code != "other_version" {
		t.Errorf("an unknown operation: %v", err)
	}
	post := func(body string) *fault {
		t.Helper()
		res, err := c.http.Post("http://baton/mailbox/pause", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var f failed
		if err := json.NewDecoder(res.Body).Decode(&f); err != nil || res.StatusCode == 200 {
			t.Fatalf("%.40q: %d, %v", body, res.StatusCode, err)
		}
		return f.Error
	}
	for _, body := range []string{"", "null x", "[]", `{"mailbox":7}`, `{"mailbox":"support@acme.test","force":true}`, `{"mailbox":"` + strings.Repeat("x", maxOrder) + `"}`} {
		if f := post(body); f == nil || f.Code != faultInput {
			t.Errorf("%.40q is answered with %+v", body, f)
		}
	}
	if s := h.standing(support); s.State == statePaused {
		t.Error("afterwards it is paused")
	}
	if _, err := (&mailboxes{}).Agree(t.Context(), "", nil); asFault(err).Code != "no_access_settings" {
		t.Errorf("agreeing where nothing is set up: %v", err)
	}
}
