package gmailsim_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"baton/gmail/gmailsim"
)

const topic = "projects/acme/topics/gmail"

// ear hears notifications.
type ear struct {
	mu  sync.Mutex
	ids []uint64
	at  []time.Time
	bad []string
	err error
}

func (e *ear) Publish(_ context.Context, to string, data []byte) error {
	var n struct {
		EmailAddress string
		HistoryID    uint64 // a JSON number: a string does not decode
	}
	err := json.Unmarshal(data, &n)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err != nil || to != topic || n.EmailAddress != support {
		e.bad = append(e.bad, to+" "+string(data))
	}
	e.ids, e.at = append(e.ids, n.HistoryID), append(e.at, time.Now())
	return e.err
}

// heard gives what came since the last time.
func (e *ear) heard() []uint64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := e.ids
	e.ids = nil
	return out
}

// direct calls a handler without a network, so that time can stand still.
type direct struct {
	s   *gmailsim.Server
	tok func() string
}

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.RequestURI = ""
	r.Header.Set("Authorization", "Bearer "+d.tok())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.s.ServeHTTP(w, r)
	return w.Result(), nil
}

// bubble runs a test in fake time with a watched mailbox.
func bubble(t *testing.T, f func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear)) {
	synctest.Test(t, func(t *testing.T) {
		e := &ear{}
		s, err := gmailsim.New(gmailsim.Options{Publisher: e, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(context.Background()); err != nil {
				t.Error(err)
			}
			if len(e.bad) > 0 {
				t.Errorf("got notifications %q", e.bad)
			}
		}()
		if err := s.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
			t.Fatal(err)
		}
		hc := &http.Client{Transport: direct{s, func() string { return s.MailboxToken(support) }}}
		svc, err := gmailapi.NewService(t.Context(), option.WithHTTPClient(hc))
		if err != nil {
			t.Fatal(err)
		}
		f(t, s, svc.Users, e)
	})
}

// bring delivers one mail and gives its id.
func bring(t *testing.T, s *gmailsim.Server) string {
	t.Helper()
	d, err := s.Deliver(context.Background(), support, []byte(mail("w@x", "Watched", "x")))
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

func start(t *testing.T, u *gmailapi.UsersService, req gmailapi.WatchRequest) *gmailapi.WatchResponse {
	t.Helper()
	req.TopicName = topic
	return must(u.Watch("me", &req).Do())(t)
}

func TestWatchRefuses(t *testing.T) {
	bubble(t, func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear) {
		for _, name := range []string{"", "gmail", "projects//topics/x", "projects/p/subscriptions/x"} {
			_, err := u.Watch("me", &gmailapi.WatchRequest{TopicName: name}).Do()
			wantError(t, err, 400, "invalidArgument", "topicName")
		}
		_, err := u.Watch("me", &gmailapi.WatchRequest{TopicName: topic, LabelIds: []string{"Label_5"}}).Do()
		wantError(t, err, 400, "invalidArgument", "Invalid label: Label_5")
		start(t, u, gmailapi.WatchRequest{})
		_, err = u.Watch("me", &gmailapi.WatchRequest{TopicName: "projects/acme/topics/other"}).Do()
		wantError(t, err, 400, "invalidArgument", "Only one user push notification client allowed per developer (call /stop then try again)")
		start(t, u, gmailapi.WatchRequest{}) // the same topic renews
		noError(t, u.Stop("me").Do())
		noError(t, u.Stop("me").Do())
		e.heard()
		synctest.Wait()
		bring(t, s)
		pass(5 * time.Second)
		if got := e.heard(); len(got) > 0 {
			t.Errorf("got %v after stop", got)
		}
		must(u.Watch("me", &gmailapi.WatchRequest{TopicName: topic}).Do())(t)
	})
}

func TestWatchTells(t *testing.T) {
	bubble(t, func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear) {
		w := start(t, u, gmailapi.WatchRequest{})
		synctest.Wait()
		if got := e.heard(); !slices.Equal(got, []uint64{w.HistoryId}) {
			t.Errorf("got %v at once, want the answer's %d", got, w.HistoryId)
		}
		if want := time.Now().Add(7 * 24 * time.Hour).UnixMilli(); w.Expiration != want {
			t.Errorf("got expiration %d, want %d", w.Expiration, want)
		}
		pass(2 * time.Second)
		for range 50 {
			bring(t, s)
			pass(100 * time.Millisecond)
		}
		pass(3 * time.Second)
		if !s.Push().Idle() {
			t.Error("not idle, though nothing is left")
		}
		got := e.heard()
		if len(got) < 5 || len(got) > 7 {
			t.Errorf("got %d notifications for 5 s of changes, want one a second", len(got))
		}
		for i := 1; i < len(e.at); i++ {
			if gap := e.at[i].Sub(e.at[i-1]); gap < time.Second {
				t.Errorf("got two within %v", gap)
			}
		}
		if got[len(got)-1] != s.HistoryID(support) {
			t.Errorf("got %d last, want the newest id %d", got[len(got)-1], s.HistoryID(support))
		}
		pass(7 * 24 * time.Hour)
		bring(t, s)
		synctest.Wait()
		if got := e.heard(); len(got) > 0 {
			t.Errorf("got %v after the watch expired", got)
		}
		must(u.Watch("me", &gmailapi.WatchRequest{TopicName: "projects/acme/topics/gmail"}).Do())(t)
	})
}

func TestWatchFiltersLabels(t *testing.T) {
	for _, c := range []struct {
		behaviour string
		want      int
	}{{"include", 1}, {"exclude", 1}} {
		bubble(t, func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear) {
			id := bring(t, s)
			must(u.Messages.Modify("me", id, &gmailapi.ModifyMessageRequest{RemoveLabelIds: []string{"INBOX"}}).Do())(t)
			start(t, u, gmailapi.WatchRequest{LabelIds: []string{"INBOX"}, LabelFilterBehavior: c.behaviour})
			pass(2 * time.Second)
			e.heard()
			bring(t, s) // in the inbox
			pass(2 * time.Second)
			inbox := len(e.heard())
			must(u.Messages.Modify("me", id, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}}).Do())(t) // not in the inbox
			pass(2 * time.Second)
			if archived := len(e.heard()); (inbox == 1) != (c.behaviour == "include") || (archived == 1) != (c.behaviour == "exclude") {
				t.Errorf("%s: got %d in the inbox, %d elsewhere", c.behaviour, inbox, archived)
			}
		})
	}
}

func TestPushSwitches(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*gmailsim.PushSwitches)
		ok   func(ids []uint64) bool
	}{
		{"plain", func(*gmailsim.PushSwitches) {}, func(ids []uint64) bool { return len(ids) == 40 && slices.IsSorted(ids) }},
		{"off", func(p *gmailsim.PushSwitches) { p.Off(true) }, func(ids []uint64) bool { return len(ids) == 0 }},
		{"drop half", func(p *gmailsim.PushSwitches) { p.Drop(0.5) }, func(ids []uint64) bool { return len(ids) > 8 && len(ids) < 32 }},
		{"drop all", func(p *gmailsim.PushSwitches) { p.Drop(1) }, func(ids []uint64) bool { return len(ids) == 0 }},
		{"double", func(p *gmailsim.PushSwitches) { p.Double(1) }, func(ids []uint64) bool { return len(ids) == 80 && ids[0] == ids[1] }},
		{"reorder", func(p *gmailsim.PushSwitches) { p.Reorder(0.5) }, func(ids []uint64) bool { return len(ids) > 30 && !slices.IsSorted(ids) }},
		{"delay", func(p *gmailsim.PushSwitches) { p.Delay(10 * time.Second) }, func(ids []uint64) bool { return len(ids) == 40-8 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear) {
				start(t, u, gmailapi.WatchRequest{})
				pass(2 * time.Second)
				e.heard()
				c.set(s.Push())
				for range 40 {
					bring(t, s)
					pass(1200 * time.Millisecond)
				}
				if got := e.heard(); !c.ok(got) {
					t.Errorf("got %d notifications: %v", len(got), got)
				}
			})
		})
	}
}

// TestPublisherFails loses one notification and goes on.
func TestPublisherFails(t *testing.T) {
	bubble(t, func(t *testing.T, s *gmailsim.Server, u *gmailapi.UsersService, e *ear) {
		e.err = errors.New("topic is gone")
		start(t, u, gmailapi.WatchRequest{})
		pass(2 * time.Second)
		bring(t, s)
		pass(2 * time.Second)
		if got := e.heard(); len(got) != 2 || !s.Push().Idle() {
			t.Errorf("got %d tries, want 2, and rest", len(got))
		}
	})
}

// pass lets fake time pass.
func pass(d time.Duration) { <-time.After(d) }
