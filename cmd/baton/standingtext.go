package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"baton/desk"
)

// table prints how mailboxes stand, a line each.
func (r *roll) table(w io.Writer, now time.Time) error {
	if len(r.Mailboxes) == 0 {
		_, err := fmt.Fprintln(w, "There are no mailboxes. Name them in the policy file; see docs/policy.md.")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "MAILBOX\tACCESS\tSTATE\tLAST MAIL\tPROBLEM")
	for _, s := range r.Mailboxes {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", s.Mailbox, orDash(string(s.Mode)), s.word(), shortAgo(now, s.MailAt), orDash(s.Problem))
	}
	return t.Flush()
}

// word is the state, with what the policy has to say.
func (s *standing) word() string {
	if !s.InPolicy {
		return string(s.State) + ", not in the policy"
	}
	return string(s.State)
}

// text prints how one mailbox stands, in full.
func (s *standing) text(w io.Writer, now time.Time) error {
	title := string(s.Mailbox)
	if s.Name != "" {
		title += " (" + s.Name + ")"
	}
	fmt.Fprintf(w, "%s: %s\n", title, s.word())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(t, "  %s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	switch {
	case s.Mode == "":
		line("access", "none")
	case s.Since.IsZero():
		line("access", "%s", s.Mode)
	default:
		line("access", "%s, given %s", s.Mode, moment(now, s.Since))
	}
	if !s.Paused.IsZero() {
		line("paused", "%s", moment(now, s.Paused))
	}
	if !s.Gone.IsZero() {
		line("disconnected", "%s", moment(now, s.Gone))
	}
	line("last mail", "%s", moment(now, s.MailAt))
	line("last notice", "%s", moment(now, s.HintAt))
	line("last read", "%s", moment(now, s.SyncedAt))
	if s.Cursor != 0 {
		line("cursor", "history id %d", s.Cursor)
	}
	line("watch", "%s", s.watchSays(now))
	line("units", "%d of Gmail's quota today (UTC)", s.Units)
	if !s.Resync.IsZero() {
		line("resync", "all mail since %s is to be searched", stamp(s.Resync))
	}
	if s.AuditSay != "" {
		line("audit", "%s", moment(now, s.Audit.At)+": "+s.AuditSay)
		for _, g := range s.Audit.Gaps {
			line("", "%s", gapSays(g))
		}
	}
	switch {
	case s.Problem != "" && !s.Troubled.IsZero():
		line("problem", "%s, since %s", s.Problem, moment(now, s.Troubled))
	case s.State == stateUnconnected:
		line("problem", "Nobody gave Baton access. Run 'baton mailbox connect %s'.", s.Mailbox)
	default:
		line("problem", "%s", orText(s.Problem, "none"))
	}
	return t.Flush()
}

func (s *standing) watchSays(now time.Time) string {
	switch {
	case s.WatchExpires.IsZero() && (s.State == statePaused || s.State == stateDisconnected):
		return "none; the mailbox is left alone"
	case s.WatchExpires.IsZero():
		return "none; new mail is found by looking regularly"
	case s.WatchExpires.Before(now):
		return "ended " + moment(now, s.WatchExpires) + "; new mail is found by looking regularly"
	}
	return "Gmail sends notices; ends " + moment(now, s.WatchExpires) + " unless it is renewed, as baton serve does daily"
}

// auditSays puts the result of an audit into words.
func auditSays(a desk.Audit) string {
	if a.Failed != "" {
		return "it could not be finished: " + a.Failed
	}
	say := fmt.Sprintf("of %d messages in Gmail since %s, %d were in the ledger", a.Gmail, stamp(a.Since), a.Ledger)
	switch {
	case a.Gmail == a.Ledger && a.Open == 0:
		return say + ": none is missing"
	case a.Open == 0:
		return say + "; the others were taken in: none is missing"
	}
	return say + fmt.Sprintf("; %d %s still missing", a.Open, plural(a.Open, "is", "are"))
}

func gapSays(g desk.Gap) string {
	return fmt.Sprintf("hour of %s: %d missing, %d taken in", stamp(g.Hour), g.Missing, g.Mended)
}

// print tells what an operation did.
func (o *outcome) print(w io.Writer) error {
	fmt.Fprintln(w, o.Mailbox)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range o.Steps {
		fmt.Fprintf(t, "  %s\t%s\n", s.State, s.Say)
	}
	return t.Flush()
}

// stamp is a time in full, in this machine's zone.
func stamp(t time.Time) string { return t.Local().Format("2006-01-02 15:04 MST") }

// moment is a time as a distance from now, and in full.
func moment(now, t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return distance(now, t) + " (" + stamp(t) + ")"
}

func shortAgo(now, t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return distance(now, t)
}

func distance(now, t time.Time) string {
	if t.After(now) {
		return "in " + length(t.Sub(now))
	}
	return length(now.Sub(t)) + " ago"
}

func (b *mailboxes) since(t time.Time) string { return moment(b.now(), t) }

// length gives a length of time in its two largest units.
func length(d time.Duration) string {
	units := []struct {
		name string
		of   time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}
	var parts []string
	for _, u := range units {
		n := d / u.of
		d -= n * u.of
		if n > 0 {
			parts = append(parts, strconv.Itoa(int(n))+" "+u.name)
		}
		if len(parts) > 0 && (n == 0 || len(parts) == 2 || u.of == time.Minute) {
			break
		}
	}
	if len(parts) == 0 {
		return "0 s"
	}
	return strings.Join(parts, " ")
}

func orDash(s string) string { return orText(s, "-") }

func orText(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
