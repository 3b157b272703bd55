package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"
	"time"

	"baton/desk"
)

// remote has a running server do operations, through its socket.
type remote struct {
	http *http.Client
}

var _ operations = (*remote)(nil)

// errNoServer: nobody answers at a socket.
var errNoServer = errors.New("no server answers at the socket")

// call reaches the server at a socket. errNoServer when there is none; a fault
// when it is there and may not be used.
func call(ctx context.Context, path string) (*remote, error) {
	if len(path) > maxSocketPath() {
		return nil, &fault{Code: faultStore, Say: fmt.Sprintf("The path of the server's socket, %s, has more than %d bytes.", path, maxSocketPath()),
			Remedy: "Keep the store in a folder with a shorter path, or stop baton serve for this command."}
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	switch {
	case errors.Is(err, os.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return nil, errNoServer
	case errors.Is(err, os.ErrPermission):
		return nil, &fault{Code: "not_permitted", Say: "You may not use the socket of the running server, " + path + ".",
			Remedy: "Run the command as the user that runs baton serve."}
	case err != nil:
		return nil, fmt.Errorf("the running server cannot be reached at %s: %w", path, err)
	}
	if err := conn.Close(); err != nil {
		return nil, err
	}
	return &remote{http: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return d.DialContext(ctx, "unix", path) },
	}}}, nil
}

// List implements operations.
func (c *remote) List(ctx context.Context) (roll, error) {
	return through[roll](ctx, c, "list", order{})
}

// Status implements operations.
func (c *remote) Status(ctx context.Context, m desk.Mailbox) (standing, error) {
	return through[standing](ctx, c, "status", order{Mailbox: m})
}

// Pause implements operations.
func (c *remote) Pause(ctx context.Context, m desk.Mailbox) (outcome, error) {
	return through[outcome](ctx, c, "pause", order{Mailbox: m})
}

// Resume implements operations.
func (c *remote) Resume(ctx context.Context, m desk.Mailbox) (outcome, error) {
	return through[outcome](ctx, c, "resume", order{Mailbox: m})
}

// Resync implements operations.
func (c *remote) Resync(ctx context.Context, m desk.Mailbox, since time.Time) (outcome, error) {
	return through[outcome](ctx, c, "resync", order{Mailbox: m, Since: since})
}

// Connect implements operations.
func (c *remote) Connect(ctx context.Context, m desk.Mailbox, mode desk.GrantMode, redirect string) (asking, error) {
	return through[asking](ctx, c, "connect", order{Mailbox: m, Mode: mode, Redirect: redirect})
}

// Agree implements operations.
func (c *remote) Agree(ctx context.Context, flow string, query url.Values) (outcome, error) {
	return through[outcome](ctx, c, "agree", order{Flow: flow, Query: query})
}

// Link implements operations.
func (c *remote) Link(ctx context.Context, m desk.Mailbox) (invitation, error) {
	return through[invitation](ctx, c, "link", order{Mailbox: m})
}

// Disconnect implements operations.
func (c *remote) Disconnect(ctx context.Context, m desk.Mailbox, erase bool) (outcome, error) {
	return through[outcome](ctx, c, "disconnect", order{Mailbox: m, Erase: erase})
}

// through makes one call.
func through[T any](ctx context.Context, c *remote, operation string, in order) (out T, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://baton/mailbox/"+operation, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	res, err := c.http.Do(req)
	if ctx.Err() != nil {
		return out, ctx.Err()
	}
	if err != nil {
		return out, &fault{Code: faultStore, Say: "The running server ended before it answered.", Remedy: "Look with 'baton mailbox status' what was done, and try again."}
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		return out, fmt.Errorf("reading the server's answer: %w", err)
	}
	if res.StatusCode == http.StatusOK {
		return out, json.Unmarshal(data, &out)
	}
	var f failed
	if json.Unmarshal(data, &f) != nil || f.Error == nil {
		return out, &fault{Code: "other_version", Say: "The running server does not know this operation.", Remedy: "It is of another version than this command; restart it with this one."}
	}
	return out, f.Error
}
