package gallery

import (
	"bytes"
	"io"
	"net/http"
)

// direct is a client that calls a handler in this process, whatever the address.
func direct(h http.Handler) *http.Client { return &http.Client{Transport: inside{h}} }

type inside struct{ http.Handler }

// RoundTrip implements http.RoundTripper.
func (i inside) RoundTrip(rq *http.Request) (*http.Response, error) {
	in := rq.Clone(rq.Context())
	in.RequestURI = rq.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	out := &written{header: http.Header{}, status: http.StatusOK}
	i.ServeHTTP(out, in)
	return &http.Response{
		Status: http.StatusText(out.status), StatusCode: out.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(&out.body), ContentLength: int64(out.body.Len()), Request: rq,
	}, nil
}

// written is the answer of a handler.
type written struct {
	header http.Header
	body   bytes.Buffer
	status int
	begun  bool
}

func (w *written) Header() http.Header { return w.header }

func (w *written) WriteHeader(status int) {
	if !w.begun {
		w.status, w.begun = status, true
	}
}

func (w *written) Write(b []byte) (int, error) {
	w.begun = true
	return w.body.Write(b)
}
