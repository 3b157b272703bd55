package gmail

import (
	"context"
	"errors"
	"io"
	"net/http"
)

// errTooMuch says that an answer of Gmail's was longer than a call was ready to
// hold.
var errTooMuch = errors.New("longer than can be held in memory")

type limitKey struct{}

// atMost has calls made with the context end with errTooMuch when Gmail answers
// with more bytes, after decompression.
func atMost(ctx context.Context, bytes int64) context.Context {
	return context.WithValue(ctx, limitKey{}, bytes)
}

// bound puts the limit of a request's context on its answer.
func bound(ctx context.Context, res *http.Response) {
	if limit, ok := ctx.Value(limitKey{}).(int64); ok && res.StatusCode == http.StatusOK {
		res.Body = &bounded{ReadCloser: res.Body, left: limit}
	}
}

// bounded is a body of which only so much may be read.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooMuch
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n, errTooMuch
	}
	return n, err
}
