package preview_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// next reads lines of a stream until one holds the word.
func next(t *testing.T, lines *bufio.Scanner, word string) {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), word) {
			return
		}
	}
	t.Fatalf("stream ended before %q: %v", word, lines.Err())
}

func TestChangesStream(t *testing.T) {
	d := newDesk(t)
	res := get(t, d.url+"/preview/api/changes")
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Errorf("content type: got %q", got)
	}
	lines := bufio.NewScanner(res.Body)
	next(t, lines, "event: ready")
	for _, count := range []string{"data: 1", "data: 2"} {
		if status, got := d.send(t, "/preview/api/sample", m{"index": 0}); status != 200 {
			t.Fatalf("sample: %d %v", status, got)
		}
		next(t, lines, "event: change")
		next(t, lines, count)
	}
	before := goleak.IgnoreCurrent()
	d.page.Close() // returns only when the stream is over
	if lines.Scan() && strings.TrimSpace(lines.Text()) != "" {
		t.Errorf("after Close the stream says %q", lines.Text())
	}
	d.page.Close()
	status, got := d.send(t, "/preview/api/changes", nil)
	refused(t, "closed page", status, got, 503, "closing")
	http.DefaultClient.CloseIdleConnections() // one may have been made for the last request
	goleak.VerifyNone(t, before)
}

func TestSettle(t *testing.T) {
	d := newDesk(t)
	for _, seconds := range []any{0, -1, 601, nil} {
		status, got := d.send(t, "/preview/api/settle", m{"seconds": seconds})
		refused(t, "seconds", status, got, 400, "600")
	}
	if status, got := d.send(t, "/preview/api/settle", m{"seconds": 5}); status != 200 {
		t.Errorf("idle: %d %v", status, got)
	}
	d.settle = func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	status, got := d.send(t, "/preview/api/settle", m{"seconds": 0.01})
	refused(t, "busy", status, got, 504, "still going on")
	d.settle = func(context.Context) error { return errors.New("outbox broken") }
	status, got = d.send(t, "/preview/api/settle", m{"seconds": 1})
	refused(t, "broken", status, got, 500, "failed")
}
