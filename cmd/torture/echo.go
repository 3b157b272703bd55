package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

const (
	// echo is how long is listened for calls that nothing calls for.
	echo = 2 * sweep
	// perTry is how many calls one try of a promise makes at most.
	perTry = 8
)

// echoes checks that nothing goes on by itself: that Baton's own labels, which
// come back as notifications, make no work but the sweeps. What is counted is
// counted while the children work, so that only what is heard three times, one
// after the other, is an echo.
func (r *run) echoes(ctx context.Context) error {
	var heard []string
	for range 3 {
		var err error
		if heard, err = r.listen(ctx); err != nil || len(heard) == 0 {
			return err
		}
	}
	for _, h := range heard {
		r.result.fault("%s", h)
	}
	return nil
}

// listen tells what went on by itself for a while.
func (r *run) listen(ctx context.Context) ([]string, error) {
	was, err := r.counts(ctx)
	if err != nil {
		return nil, err
	}
	if err := sleep(ctx, echo); err != nil {
		return nil, err
	}
	now, err := r.counts(ctx)
	if err != nil {
		return nil, err
	}
	return now.heard(was), nil
}

// counts are what is counted while nothing should change.
type counts struct {
	promises
	calls map[string]int // by method
	reads map[string]int // of histories, by mailbox
}

func (r *run) counts(ctx context.Context) (counts, error) {
	p, err := r.promises(ctx)
	return counts{p, r.google.calls(), r.reads()}, err
}

// heard tells what went on since other counts were taken. Promises that failed
// often are tried again long after all else is at rest: that is no echo, a new
// one is.
func (c counts) heard(was counts) (out []string) {
	more := 0
	for method, n := range c.calls {
		// Drafts that were left over are looked for two minutes after a start.
		if method != historyList && !strings.HasPrefix(method, "gmail.users.drafts.") {
			more += n - was.calls[method]
		}
	}
	if tries := c.tries - was.tries; more > perTry*tries {
		out = append(out, fmt.Sprintf("at rest there were %d calls beside those for history and drafts in %s, and %d tries of promises", more, echo, tries))
	}
	if made := c.open - was.open + c.kept - was.kept; made > 0 {
		out = append(out, fmt.Sprintf("at rest %d promises were made in %s", made, echo))
	}
	most := 2*int(echo/sweep) + 2
	for box, n := range c.reads {
		if more := n - was.reads[box]; more > most {
			out = append(out, fmt.Sprintf("at rest %s was read %d times in %s; sweeps are %s apart", box, more, echo, sweep))
		}
	}
	return out
}

// promises are what the children count of them.
type promises struct {
	open  int // in the store
	tries int // of this life
	kept  int // tries after which it is not open any more
}

func (r *run) promises(ctx context.Context) (p promises, err error) {
	client := newClient(5 * time.Second)
	defer client.CloseIdleConnections()
	for _, s := range r.fleet.slots {
		c := s.child()
		if c == nil || !c.up() {
			return p, fmt.Errorf("child %d does not serve at rest", s.n)
		}
		counted, err := scrape(ctx, client, c.address)
		if err != nil {
			return p, fmt.Errorf("counting the promises of child %d: %w", s.n, err)
		}
		const tries, waiting = "baton_intents_total", "baton_intents_waiting"
		if counted[tries] == nil || counted[waiting] == nil {
			return p, fmt.Errorf("child %d does not count its promises", s.n)
		}
		by := func(family, label string) int {
			for _, m := range counted[family].GetMetric() {
				if m.GetLabel()[0].GetValue() == label {
					return int(m.GetCounter().GetValue() + m.GetGauge().GetValue())
				}
			}
			return 0
		}
		p.tries += by(tries, "done") + by(tries, "failed") + by(tries, "waited")
		p.kept += by(tries, "done") + by(tries, "parked")
		p.open = by(waiting, "pending") + by(waiting, "claimed")
	}
	return p, nil
}

// scrape reads a child's metrics.
func scrape(ctx context.Context, client *http.Client, address string) (map[string]*dto.MetricFamily, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/metrics", nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("/metrics was answered with %d", res.StatusCode)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	return parser.TextToMetricFamilies(res.Body)
}
