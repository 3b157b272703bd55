package firestore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"baton/desk"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fault answers some commits with an error, before or after they are applied.
type fault struct {
	code    codes.Code
	applied bool
	skip    int64 // that many commits pass first
	times   int64 // then that many fail
	seen    atomic.Int64
	// instead, when set, makes the failing commit in another way.
	instead func(ctx context.Context, commit func(context.Context) error) error
}

func (f *fault) dial() grpc.DialOption {
	return grpc.WithChainUnaryInterceptor(func(ctx context.Context, method string, req, reply any,
		cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		commit := func(ctx context.Context) error { return invoke(ctx, method, req, reply, cc, opts...) }
		if method != "/google.firestore.v1.Firestore/Commit" {
			return commit(ctx)
		}
		n := f.seen.Add(1)
		if n <= f.skip || n > f.skip+f.times {
			return commit(ctx)
		}
		if f.instead != nil {
			return f.instead(ctx, commit)
		}
		if f.applied {
			if err := commit(ctx); err != nil {
				return err
			}
		}
		return status.Error(f.code, "on purpose")
	})
}

// TestReadFails lets each change meet a read that fails in passing, before its
// commit or, where that fails too, after it.
func TestReadFails(t *testing.T) {
	for _, e := range effects {
		for skip := range int64(3) {
			t.Run(fmt.Sprintf("%s/read %d", e.name, skip), func(t *testing.T) {
				t.Parallel()
				where := project()
				if s := openAt(t, where, Options{}); e.setUp != nil {
					e.setUp(t, s)
				}
				var reads atomic.Int64
				f := &fault{code: codes.Internal, applied: true, times: 1}
				s := openAt(t, where, Options{}, f.dial(), grpc.WithChainStreamInterceptor(func(ctx context.Context, d *grpc.StreamDesc,
					cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
					if reads.Add(1) == skip+1 {
						return nil, status.Error(codes.Aborted, "on purpose")
					}
					return open(ctx, d, cc, method, opts...)
				}))
				if err := e.do(t.Context(), s); err != nil {
					t.Errorf("got error %v, want success", err)
				}
				if got := e.count(t, s); got != 1 {
					t.Errorf("made %d times, want once", got)
				}
			})
		}
	}
}

// TestCommitFails lets each change meet each failure, of commits that were
// applied and of some that were not: the caller sees success, and the change is
// made once.
func TestCommitFails(t *testing.T) {
	for _, e := range effects {
		for _, code := range []codes.Code{codes.Unavailable, codes.DeadlineExceeded, codes.Aborted, codes.Internal, codes.Unknown} {
			for _, applied := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/applied %v", e.name, code, applied), func(t *testing.T) {
					t.Parallel()
					where := project()
					if s := openAt(t, where, Options{}); e.setUp != nil {
						e.setUp(t, s)
					}
					f := &fault{code: code, applied: applied, times: 1}
					s := openAt(t, where, Options{}, f.dial())
					if err := e.do(t.Context(), s); err != nil {
						t.Errorf("got error %v, want success", err)
					}
					if f.seen.Load() == 0 {
						t.Error("no commit was made")
					}
					if got := e.count(t, s); got != 1 {
						t.Errorf("made %d times, want once", got)
					}
				})
			}
		}
	}
}

// TestCommitNeverWorks wants ErrUnavailable and nothing written; the store
// works again when its database does, and says so.
func TestCommitNeverWorks(t *testing.T) {
	for _, e := range effects {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			where := project()
			if s := openAt(t, where, Options{}); e.setUp != nil {
				e.setUp(t, s)
			}
			f := &fault{code: codes.Internal, times: maxPassing + 2}
			s := openAt(t, where, Options{}, f.dial())
			if err := e.do(t.Context(), s); !errors.Is(err, desk.ErrUnavailable) {
				t.Errorf("got error %v, want ErrUnavailable", err)
			}
			if got := e.count(t, openAt(t, where, Options{})); got != 0 {
				t.Errorf("made %d times, want never", got)
			}
			f.times = 1 << 40
			if err := s.Ping(t.Context()); !errors.Is(err, desk.ErrUnavailable) {
				t.Errorf("ping while commits fail: got %v, want ErrUnavailable", err)
			}
			f.times = 0
			if err := errors.Join(s.Ping(t.Context()), e.do(t.Context(), s)); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

// TestLateCommit lets a commit arrive that its caller gave up on, just before
// the one that is sent in its place.
func TestLateCommit(t *testing.T) {
	for _, e := range effects {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			where := project()
			if s := openAt(t, where, Options{}); e.setUp != nil {
				e.setUp(t, s)
			}
			var late func(context.Context) error
			f := &fault{times: 2}
			f.instead = func(ctx context.Context, commit func(context.Context) error) error {
				if late == nil {
					late = commit
					return status.Error(codes.Internal, "on its way")
				}
				if err := late(ctx); err != nil {
					t.Errorf("late commit: %v", err)
				}
				return commit(ctx)
			}
			s := openAt(t, where, Options{}, f.dial())
			if err := e.do(t.Context(), s); err != nil {
				t.Errorf("got error %v, want success", err)
			}
			if got := e.count(t, s); got != 1 {
				t.Errorf("made %d times, want once", got)
			}
		})
	}
}

// TestOthersFollow lets other writers change the record between a commit that
// was applied but failed, and the look after it.
func TestOthersFollow(t *testing.T) {
	for _, test := range []struct {
		others int
		want   error
	}{{1, nil}, {remembered - 1, nil}, {remembered + 1, desk.ErrUnavailable}} {
		t.Run(fmt.Sprint(test.others), func(t *testing.T) {
			t.Parallel()
			where := project()
			other := openAt(t, where, Options{})
			f := &fault{times: 1}
			f.instead = func(ctx context.Context, commit func(context.Context) error) error {
				if err := commit(ctx); err != nil {
					return err
				}
				for i := range test.others {
					mustUpdate(t, other, "c", arrive(desk.MessageID(fmt.Sprint("other", i))))
				}
				return status.Error(codes.Internal, "on purpose")
			}
			s := openAt(t, where, Options{}, f.dial())
			runs := 0
			c, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
				runs++
				return arrive("mine")(c), nil
			})
			if !errors.Is(err, test.want) || err == nil && c.Version != 1 || runs != 1 {
				t.Errorf("got version %d after %d runs, error %v; want version 1, one run, error %v", c.Version, runs, err, test.want)
			}
			if got := messages(t, s); got != test.others+1 {
				t.Errorf("got %d messages, want %d", got, test.others+1)
			}
		})
	}
}
