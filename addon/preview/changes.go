package preview

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// heartbeat keeps proxies from closing a quiet stream.
const heartbeat = 20 * time.Second

// changes is a stream of server-sent events: "ready" once it listens, then "change" with a counter
// each time mail or labels changed. The page reads the state again; the stream carries no content.
func (p *Page) changes(c echo.Context) error {
	if !p.stream() {
		return refuse(http.StatusServiceUnavailable, "The preview is closing.")
	}
	defer p.streams.Done()
	ctx, cancel := context.WithCancel(c.Request().Context())
	defer cancel()
	changed := p.opt.Changes(ctx)

	w := c.Response()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	// The stream outlives any write timeout of the server; where that cannot be lifted it just ends
	// sooner and the page connects again.
	_ = control.SetWriteDeadline(time.Time{})
	send := func(text string) error {
		if _, err := w.Write([]byte(text)); err != nil {
			return err
		}
		return control.Flush()
	}
	if err := send("event: ready\ndata: 0\n\n"); err != nil {
		return nil // the reader left
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for n := 1; ; {
		text := ": still here\n\n"
		select {
		case <-p.closing:
			return nil
		case <-ctx.Done():
			return nil
		case _, ok := <-changed:
			if !ok {
				return nil
			}
			text = fmt.Sprintf("event: change\ndata: %d\n\n", n)
			n++
		case <-tick.C:
		}
		if err := send(text); err != nil {
			return nil
		}
	}
}
