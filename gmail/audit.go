package gmail

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"baton/desk"
)

// The nightly audit compares the messages that Gmail holds with the ledger,
// and takes in what is missing. It never finds anything as long as the history
// tells everything.
const (
	auditHour   = 3                   // in the desk's time zone
	auditWindow = 2 * time.Hour       // a start in the night, after its jitter of an hour
	auditLate   = 36 * time.Hour      // without one for so long, it is done by day
	auditAgain  = time.Hour           // after one that failed or left something open
	auditSpan   = 30 * 24 * time.Hour // Gmail deletes spam and trash after as long
	auditFresh  = 5 * time.Minute     // what came since may be on its way
	auditPages  = 400                 // 200,000 messages, 2,000 units
	auditMend   = 2000                // messages, 40,000 units: 7 minutes of a quota
)

// What an audit says that has not come to its end.
const (
	auditOwed = "Gmail's history was lost; the mailbox has not been compared with the ledger since."
	auditMany = "There are more than 200,000 messages; only the newest were compared."
)

// planAudit decides when the mailbox is audited next. The lock is held.
func (w *worker) planAudit(st desk.MailboxState) {
	a := st.Audit
	if st.Cursor == 0 || a.Since.IsZero() {
		w.auditAt = time.Time{}
		return
	}
	now := w.room.o.Now()
	last := a.At
	if last.IsZero() {
		last = a.Since
	}
	w.auditAt = nextAudit(last, now, w.room.o.Zone, auditJitter(w.mailbox))
	if a.Open > 0 || a.Failed != "" && a.Failed != auditMany {
		w.auditAt = now
	}
	if again := w.audited.Add(auditAgain); w.auditAt.Before(again) {
		w.auditAt = again
	}
}

// nextAudit gives the first night after the last audit, or the next night when
// that one is over; but not later than auditLate.
func nextAudit(last, now time.Time, zone *time.Location, jitter time.Duration) time.Time {
	night := nightAfter(last, zone, jitter)
	if now.After(night.Add(auditWindow)) {
		night = nightAfter(now, zone, jitter)
	}
	if late := last.Add(auditLate); late.Before(night) {
		return late
	}
	return night
}

// nightAfter gives the first audit hour after t.
func nightAfter(t time.Time, zone *time.Location, jitter time.Duration) time.Time {
	y, m, d := t.In(zone).Date()
	for ; ; d++ {
		if at := time.Date(y, m, d, auditHour, 0, 0, 0, zone).Add(jitter); at.After(t) {
			return at
		}
	}
}

// auditJitter spreads mailboxes over an hour, each always at the same minute,
// whichever process does it.
func auditJitter(m desk.Mailbox) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(m)) // never fails
	return time.Duration(h.Sum32()%3600) * time.Second
}

// audit compares and mends when it is time to. A failure that is the audit's
// own is stored and does not end the reading.
func (w *worker) audit(ctx context.Context) error {
	now := w.room.o.Now()
	w.mu.Lock()
	is := due(w.auditAt, now)
	if is {
		w.audited = now
		w.auditAt = now.Add(auditAgain)
	}
	w.mu.Unlock()
	if !is {
		return nil
	}
	a, err := w.audits(ctx, now)
	switch {
	case err == nil:
		return w.save(ctx, func(st *desk.MailboxState) { st.Audit = a })
	case ctx.Err() != nil, stopsAll(err), errors.Is(err, errLate):
		return err
	}
	w.room.o.Logger.Warn("gmail: a mailbox could not be audited; it is tried again", "mailbox", w.mailbox, "error", logged(err))
	return w.save(ctx, func(st *desk.MailboxState) {
		st.Audit.Failed = "The comparison could not be finished: " + logged(err)
	})
}

// audits compares the messages of the last auditSpan, but none from before the
// mailbox was first read: those were never Baton's to count. Since the mailbox
// was first read is where the first audit began, and the bound moves on by
// itself once that is longer ago than the span. Older gaps are not looked for:
// each night has seen them thirty times.
func (w *worker) audits(ctx context.Context, now time.Time) (desk.Audit, error) {
	a := desk.Audit{At: now, Since: w.state.Audit.Since}
	if bound := wholeSecond(now.Add(-auditSpan)); a.Since.Before(bound) {
		a.Since = bound
	}
	var missing []*touched
	pages := 0
	query := fmt.Sprintf("after:%d before:%d", a.Since.Unix(), now.Add(-auditFresh).Unix())
	err := w.list(ctx, query, func(page []*touched) (bool, error) {
		known, err := w.known(ctx, page)
		if err != nil {
			return false, err
		}
		a.Gmail += len(page)
		for _, t := range page {
			if _, ok := known[t.id]; ok {
				a.Ledger++
			} else {
				missing = append(missing, t)
			}
		}
		if pages++; pages == auditPages {
			a.Failed = auditMany
			return false, nil
		}
		return true, w.readHinted(ctx)
	})
	if err != nil {
		return a, err
	}
	slices.Reverse(missing) // the oldest first
	if err := w.mend(ctx, missing[:min(len(missing), auditMend)]); err != nil {
		return a, err
	}
	a.Gaps = gaps(missing, &a)
	return a, nil
}

// mend takes in what is missing by the same way as the history's. A message
// that cannot be taken in stays open, and the others go on.
func (w *worker) mend(ctx context.Context, missing []*touched) error {
	for batch := range slices.Chunk(missing, searched) {
		s := newSpan()
		s.order = batch
		if err := w.takeIn(ctx, s); err != nil {
			if ctx.Err() != nil || stopsAll(err) || errors.Is(err, errLate) {
				return err
			}
			w.room.o.Logger.Warn("gmail: some messages that the audit found could not be taken in", "mailbox", w.mailbox, "error", logged(err))
		}
		if err := w.readHinted(ctx); err != nil {
			return err
		}
	}
	return nil
}

// gaps counts what was missing by the hour in which it came, newest first, and
// what is open still. What turned out to be gone, a draft, or taken in by the
// history meanwhile was not missing.
func gaps(missing []*touched, a *desk.Audit) []desk.Gap {
	hours := make(map[time.Time]*desk.Gap)
	for _, t := range missing {
		switch {
		case t.known:
			a.Ledger++
			continue
		case t.void:
			a.Gmail--
			continue
		case !t.taken:
			a.Open++
		}
		if t.at.IsZero() {
			continue // it could not be fetched: nobody knows when it came
		}
		hour := t.at.UTC().Truncate(time.Hour)
		if hours[hour] == nil {
			hours[hour] = &desk.Gap{Hour: hour}
		}
		hours[hour].Missing++
		if t.taken {
			hours[hour].Mended++
		}
	}
	out := make([]desk.Gap, 0, len(hours))
	for _, g := range hours {
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b desk.Gap) int { return b.Hour.Compare(a.Hour) })
	return out[:min(len(out), desk.MaxGaps)]
}

// wholeSecond rounds up: searches know whole seconds only.
func wholeSecond(t time.Time) time.Time {
	return t.UTC().Add(time.Second - time.Nanosecond).Truncate(time.Second)
}
