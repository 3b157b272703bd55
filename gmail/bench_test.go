package gmail_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
)

// BenchmarkSync reads mail from the simulator over HTTP in this process, so the
// figure holds both sides: history, message, receive, label.
func BenchmarkSync(b *testing.B) {
	h := newHouse(b, nil)
	h.open()
	for i := range b.N {
		h.deliver(fmt.Sprintf("mail %d", i))
	}
	runtime.GC()
	b.ResetTimer()
	start := time.Now()
	h.sweep()
	if got := len(h.desk.received); got != b.N {
		b.Fatalf("received %d of %d", got, b.N)
	}
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "mails/s")
}

// BenchmarkLabel puts two labels on a message at a time.
func BenchmarkLabel(b *testing.B) {
	h := newHouse(b, nil)
	d := h.deliver("mail")
	l := gmail.NewLabeler(h.accounts)
	want := []string{"Baton/Status/Open", "Baton/Assigned/Ana"}
	b.ResetTimer()
	for range b.N {
		if err := l.Apply(b.Context(), support, desk.ThreadID(d.ThreadID), desk.MessageID(d.ID), want, nil, false); err != nil {
			b.Fatal(err)
		}
	}
}
