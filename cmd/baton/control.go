package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"baton/desk"
)

// A SQLite store belongs to one process. While that one serves, commands reach
// it through a socket beside the store's file, which speaks the operations as
// HTTP and JSON: POST /mailbox/OPERATION with an order, answered by what the
// operation gives (200) or by {"error": fault}. Who may open the socket is up
// to the file system: its mode is 0600.

// order is what an operation is called with.
type order struct {
	Mailbox  desk.Mailbox   `json:"mailbox,omitempty"`
	Since    time.Time      `json:"since,omitzero"`
	Mode     desk.GrantMode `json:"mode,omitempty"`
	Redirect string         `json:"redirect,omitempty"`
	Flow     string         `json:"flow,omitempty"`
	Query    url.Values     `json:"query,omitempty"`
	Erase    bool           `json:"erase,omitempty"`
}

// maxOrder bounds a call's body, in bytes.
const maxOrder = 64 << 10

// maxSocketPath bounds the path of a socket, in bytes: what fits into the
// system's sockaddr_un with its closing zero.
func maxSocketPath() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// socketOf gives where the server of a store listens for commands: beside the
// file, whatever links lead to it. A store that is no file has none.
func socketOf(store string) (path string, ok bool) {
	scheme, place, _ := strings.Cut(store, ":")
	if scheme != "sqlite" || place == "" {
		return "", false
	}
	abs, err := filepath.Abs(place)
	if err != nil {
		return "", false
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		abs = filepath.Join(folder, filepath.Base(abs))
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	return abs + ".sock", true
}

// listenControl opens the socket of a store. The caller holds the store, so a
// socket that is there was left by a process that died.
func listenControl(ctx context.Context, path string, h http.Handler) (*server, error) {
	if len(path) > maxSocketPath() {
		return nil, fmt.Errorf("the path %s has %d bytes, at most %d are possible; keep the store in a folder with a shorter path", path, len(path), maxSocketPath())
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("%s is no socket; move it away", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("the socket that an earlier run left cannot be removed: %w", err)
		}
	}
	// The mode is set before the socket gets its name where the system heeds
	// that, so that there is no moment at which others could open it.
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { _ = syscall.Fchmod(int(fd), 0o600) }) // Chmod below tells
	}}
	ln, err := config.Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return &server{ln: ln, http: &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}}, nil
}

// control opens the socket for commands; nil for a store that other processes
// can open themselves. Serving goes on without a socket that cannot be opened.
func (sv *service) control(ctx context.Context) *server {
	path, ok := socketOf(sv.place)
	if !ok {
		return nil
	}
	s, err := listenControl(ctx, path, newControl(sv.boxes, sv.log))
	if err != nil {
		sv.log.Warn("there is no socket for 'baton mailbox' commands; stop the server to use them", "error", err)
		return nil
	}
	s.http.BaseContext = func(net.Listener) context.Context { return ctx }
	return s
}

// newControl answers operations.
func newControl(ops operations, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	on := func(name string, do func(context.Context, order) (any, error)) {
		mux.HandleFunc("POST /mailbox/"+name, func(w http.ResponseWriter, r *http.Request) {
			var in order
			d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOrder))
			d.DisallowUnknownFields() // of a newer program, which would be left out
			err := d.Decode(&in)
			if err == nil && d.More() {
				err = errors.New("something follows it")
			}
			if err != nil {
				reply(w, http.StatusBadRequest, failed{&fault{Code: faultInput, Say: "The call cannot be read: " + err.Error() + "."}})
				return
			}
			out, err := do(r.Context(), in)
			if err != nil {
				f := asFault(err)
				log.Warn("an operation on a mailbox failed", "operation", name, "mailbox", in.Mailbox, "code", f.Code)
				reply(w, http.StatusUnprocessableEntity, failed{f})
				return
			}
			if name != "list" && name != "status" {
				log.Info("an operation on a mailbox was done", "operation", name, "mailbox", in.Mailbox)
			}
			reply(w, http.StatusOK, out)
		})
	}
	on("list", func(ctx context.Context, _ order) (any, error) { return ops.List(ctx) })
	on("status", func(ctx context.Context, in order) (any, error) { return ops.Status(ctx, in.Mailbox) })
	on("pause", func(ctx context.Context, in order) (any, error) { return ops.Pause(ctx, in.Mailbox) })
	on("resume", func(ctx context.Context, in order) (any, error) { return ops.Resume(ctx, in.Mailbox) })
	on("resync", func(ctx context.Context, in order) (any, error) { return ops.Resync(ctx, in.Mailbox, in.Since) })
	on("connect", func(ctx context.Context, in order) (any, error) {
		return ops.Connect(ctx, in.Mailbox, in.Mode, in.Redirect)
	})
	on("agree", func(ctx context.Context, in order) (any, error) { return ops.Agree(ctx, in.Flow, in.Query) })
	on("link", func(ctx context.Context, in order) (any, error) { return ops.Link(ctx, in.Mailbox) })
	on("disconnect", func(ctx context.Context, in order) (any, error) { return ops.Disconnect(ctx, in.Mailbox, in.Erase) })
	return mux
}

// failed is the answer to a call that failed, and what commands print with
// --json then.
type failed struct {
	Error *fault `json:"error"`
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller may be gone
}
