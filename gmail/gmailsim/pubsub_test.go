package gmailsim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/gmail/gmailsim"
)

// endpoint answers pushes with the codes it is given, then 204.
type endpoint struct {
	mu     sync.Mutex
	codes  []int
	bodies [][]byte
	auth   []string
	block  chan struct{}
}

func (e *endpoint) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if e.block != nil {
		select {
		case <-e.block:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bodies, e.auth = append(e.bodies, body), append(e.auth, r.Header.Get("Authorization"))
	w := httptest.NewRecorder()
	code := 204
	if len(e.codes) > 0 {
		code, e.codes = e.codes[0], e.codes[1:]
	}
	if code == 0 {
		return nil, errors.New("connection refused")
	}
	w.WriteHeader(code)
	return w.Result(), nil
}

func newPubSub(t *testing.T, e *endpoint, opt gmailsim.PubSubOptions) *gmailsim.PubSub {
	t.Helper()
	opt.Endpoint, opt.Client = "http://baton.test/push", &http.Client{Transport: e}
	p, err := gmailsim.NewPubSub(opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPubSubRefuses(t *testing.T) {
	if _, err := gmailsim.NewPubSub(gmailsim.PubSubOptions{Endpoint: "baton/push"}); err == nil {
		t.Error("an endpoint that is no URL passes")
	}
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{block: make(chan struct{})}
		p := newPubSub(t, e, gmailsim.PubSubOptions{Queue: 2, Workers: 1})
		noError(t, p.Publish(t.Context(), topic, []byte("1")))
		synctest.Wait() // the worker has it
		noError(t, p.Publish(t.Context(), topic, []byte("2")))
		noError(t, p.Publish(t.Context(), topic, []byte("3")))
		if p.Publish(t.Context(), topic, []byte("4")) == nil || p.Lost() != 1 {
			t.Error("a full queue takes more")
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := p.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline of closing", err)
		}
		if !p.Idle() || p.Publish(t.Context(), topic, nil) == nil {
			t.Error("a closed pusher is not at rest")
		}
	})
}

func TestPubSubRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &endpoint{codes: []int{500, 0, 429, 301, 202}}
		p := newPubSub(t, e, gmailsim.PubSubOptions{Token: func(context.Context) (string, error) { return "tok", nil }})
		begin := time.Now()
		noError(t, p.Publish(t.Context(), topic, []byte(`{"historyId":7}`)))
		pass(time.Minute)
		if !p.Idle() || p.Lost() != 0 {
			t.Error("the message is not through")
		}
		if len(e.bodies) != 5 || !bytes.Equal(e.bodies[0], e.bodies[4]) {
			t.Fatalf("got %d pushes, want the same one 5 times", len(e.bodies))
		}
		at := begin.UTC().Format("2006-01-02T15:04:05.000Z")
		want := map[string]any{
			"message": map[string]any{
				"data": "eyJoaXN0b3J5SWQiOjd9", "attributes": map[string]any{}, "messageId": "10000000001", "message_id": "10000000001",
				"publishTime": at, "publish_time": at,
			},
			"subscription": "projects/sim/subscriptions/gmail",
		}
		var got map[string]any
		noError(t, json.Unmarshal(e.bodies[0], &got))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("envelope (-want +got):\n%s", d)
		}
		if e.auth[0] != "Bearer tok" {
			t.Errorf("got authorization %q", e.auth[0])
		}
		noError(t, p.Close(t.Context()))
	})
}

func TestPubSubGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPubSub(t, &endpoint{}, gmailsim.PubSubOptions{Attempts: 3, Token: func(context.Context) (string, error) { return "", errors.New("no token") }})
		noError(t, p.Publish(t.Context(), topic, []byte("1")))
		pass(time.Minute)
		if p.Lost() != 1 || !p.Idle() {
			t.Errorf("got %d lost, want 1", p.Lost())
		}
		noError(t, p.Close(t.Context()))
		noError(t, p.Close(t.Context()))
	})
}
