package main

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"baton/desk"
	"baton/gmail"
)

// metrics are what /metrics tells. Names begin with baton_; labels carry
// mailboxes and routes, never people or customers.
type metrics struct {
	registry *prometheus.Registry
	addon    *prometheus.HistogramVec
}

func newMetrics(sv *service) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), addon: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "baton_addon_seconds", Help: "Time to answer an add-on event, by route and outcome.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3, 10},
	}, []string{"route", "outcome"})}
	m.registry.MustRegister(m.addon, gauges{sv}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) mount(e *echo.Echo) {
	e.GET("/metrics", echo.WrapHandler(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})))
}

// gauges reads the parts' own counters whenever somebody asks.
type gauges struct{ sv *service }

func described(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("baton_"+name, help, labels, nil)
}

var (
	hintsDesc    = described("hints_total", "Notifications by the way they came (push or pull) and what became of them.", "way", "outcome")
	pullDesc     = described("pull_troubled", "1 while notifications cannot be pulled.")
	unitsDesc    = described("gmail_units_total", "Gmail quota units used, by mailbox and method.", "mailbox", "method")
	callsDesc    = described("gmail_calls_total", "Gmail calls, by mailbox and method.", "mailbox", "method")
	costsDesc    = described("store_operations_total", "Store reads, commits and writes.", "kind")
	performDesc  = described("intents_total", "Intents by outcome of a try: done, failed, parked (which has failed, too), waited (put off, or cancelled).", "outcome")
	pendingDesc  = described("intents_waiting", "Intents that are promised and not settled, by state.", "state")
	cursorDesc   = described("mailbox_sync_age_seconds", "Time since a mailbox was read to its end.", "mailbox")
	watchDesc    = described("mailbox_watch_left_seconds", "Time until a mailbox's watch expires; below 0 it has.", "mailbox")
	alarmDesc    = described("mailbox_watch_alarm", "1 while less than 48 h of a mailbox's watch are left, or renewing it has failed for a day.", "mailbox")
	renewDesc    = described("mailbox_watch_failures_total", "Renewals of a mailbox's watch that failed.", "mailbox")
	asideDesc    = described("mailbox_set_aside_total", "Messages that could not be taken in and were set aside.", "mailbox")
	panicDesc    = described("mailbox_panics_total", "Faults of the program while a mailbox was read; each was recovered from and tried again.", "mailbox")
	restDesc     = described("mailbox_resting", "1 while a mailbox is paused or disconnected.", "mailbox")
	gapsDesc     = described("audit_gaps", "Messages that the last audit of a mailbox missed in the ledger, those that it took in included.", "mailbox")
	openDesc     = described("audit_open", "Messages that are still not in the ledger after the last audit of a mailbox.", "mailbox")
	auditDesc    = described("audit_age_seconds", "Time since a mailbox was last audited, or since it was first read.", "mailbox")
	queueDesc    = described("mailbox_queue", "Conversations in a mailbox's queue that nobody holds, counted up to 1000; more is 1001.", "mailbox")
	ringsDesc    = described("mailbox_queue_alarm", "1 while an alarm of a mailbox's queue rings that its policy asks for, by kind (unassigned, oldest, stopped).", "mailbox", "kind")
	troubledDesc = described("mailbox_troubled", "1 while a mailbox cannot be read.", "mailbox")
)

// openedBy stands in a mailbox's place for what people's opened messages use of
// their own quota.
const openedBy desk.Mailbox = "people"

// Describe implements prometheus.Collector.
func (g gauges) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(g, ch) }

// Collect implements prometheus.Collector.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	way, p := g.sv.hints()
	for outcome, n := range map[string]int64{
		"taken": p.Taken, "refused": p.Refused, "unknown": p.Unknown, "foreign": p.Foreign,
		"garbage": p.Garbage, "too_large": p.TooLarge, "unreadable": p.Unreadable, "panicked": p.Panicked,
	} {
		count(hintsDesc, float64(n), way, outcome)
	}
	if way == "pull" {
		gauge(pullDesc, flag(g.sv.pull.Problem() != nil))
	}
	usage := g.sv.accounts.Usage()
	usage[openedBy] = g.sv.openings.Usage()
	for m, methods := range usage {
		for method, u := range methods {
			count(unitsDesc, float64(u.Units), string(m), string(method))
			count(callsDesc, float64(u.Calls), string(m), string(method))
		}
	}
	c := g.sv.store.Costs()
	count(costsDesc, float64(c.Reads), "read")
	count(costsDesc, float64(c.Commits), "commit")
	count(costsDesc, float64(c.Writes), "write")
	o := g.sv.outbox.Stats()
	count(performDesc, float64(o.Performed), "done")
	count(performDesc, float64(o.Failed), "failed")
	count(performDesc, float64(o.Parked), "parked")
	count(performDesc, float64(o.Waited), "waited")
	rooms := make(map[desk.Mailbox]gmail.Status)
	for _, s := range g.sv.room.Statuses() {
		rooms[s.Mailbox] = s
		count(renewDesc, float64(s.WatchFailures), string(s.Mailbox))
		count(asideDesc, float64(s.SetAside), string(s.Mailbox))
		count(panicDesc, float64(s.Panics), string(s.Mailbox))
	}
	g.stored(rooms, gauge)
}

// stored tells what only the store knows.
func (g gauges) stored(rooms map[desk.Mailbox]gmail.Status, gauge func(*prometheus.Desc, float64, ...string)) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if intents, err := g.sv.store.Intents(ctx); err == nil {
		for _, state := range []desk.IntentState{desk.IntentPending, desk.IntentClaimed, desk.IntentParked} {
			gauge(pendingDesc, float64(intents[state]), string(state))
		}
	}
	states, err := g.sv.store.MailboxStates(ctx)
	if err != nil {
		return // the store's own trouble shows in readiness
	}
	g.queues(ctx, states, gauge)
	now := g.sv.desk.Now()
	for _, s := range states {
		g.mailbox(s, rooms[s.Address], now, func(d *prometheus.Desc, v float64) { gauge(d, v, string(s.Address)) })
	}
}

// mailbox tells how one mailbox stands.
func (g gauges) mailbox(s desk.MailboxState, here gmail.Status, now time.Time, gauge func(*prometheus.Desc, float64)) {
	if !s.SyncedAt.IsZero() {
		gauge(cursorDesc, now.Sub(s.SyncedAt).Seconds())
	}
	if !s.WatchExpires.IsZero() {
		gauge(watchDesc, s.WatchExpires.Sub(now).Seconds())
	}
	gauge(troubledDesc, flag(s.Problem != ""))
	gauge(restDesc, flag(!s.PausedAt.IsZero() || !s.DisconnectedAt.IsZero()))
	gauge(alarmDesc, flag(here.WatchAlarm(s.WatchExpires, now)))
	if since := s.Audit.Since; !since.IsZero() {
		last := s.Audit.At
		if last.IsZero() {
			last = since
		}
		gauge(auditDesc, now.Sub(last).Seconds())
		missing := 0
		for _, gap := range s.Audit.Gaps {
			missing += gap.Missing
		}
		gauge(gapsDesc, float64(missing))
		gauge(openDesc, float64(s.Audit.Open))
	}
}

func flag(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
