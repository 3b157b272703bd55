package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
	"baton/gmail/gmailsim"
	"baton/infra/need"
)

// handLabels are what people put on and take off.
var handLabels = []string{
	"Assigned/Ana", "Assigned/Ben", "Assigned/Zoe", "Status/Open", "Status/Closed", "Status/Waiting for customer", "Status/Snoozed",
	"Priority/High", "Tag/vip", "Tag/refund", "Refused", "Made/Up",
}

// crowd plays people with labels and buttons, and mail, over a shop whose hints
// come late, twice or never and whose process dies now and then.
type crowd struct {
	*shop
	mails []gmailsim.Delivered
	edits map[string]int // by label, how often it was changed by hand
}

// Whatever people, buttons, mail, hints and restarts do to each other: at rest
// every message wears what its record wants, no edit was obeyed more often than
// it was made, nothing goes to and fro, and the next label is a command again.
func TestLabelsAgainstButtons(t *testing.T) {
	// A check lasts for hours of its bubble's time, after which rapid makes no other.
	for range need.Count(10, 25) {
		synctest.Test(t, func(t *testing.T) { rapid.Check(timeless{t}, func(rt *rapid.T) { againstButtons(t, rt) }) })
		if t.Failed() {
			return
		}
	}
}

func againstButtons(t *testing.T, rt *rapid.T) {
	c := &crowd{shop: newShop(t), edits: map[string]int{}}
	defer c.close()
	c.mail(rt)
	rt.Repeat(map[string]func(*rapid.T){
		"edit": c.edit, "edit again": c.edit, "edit more": c.edit, "press": c.press, "press again": c.press, "press more": c.press, "mail": c.mail, "hint": c.hint, "hint again": c.hint, "wait": c.wait, "slow": c.slowly, "restart": c.restart,
	})
	c.rest(rt)
	c.last(rt)
}

// timeless is a test whose deadline nobody asks for, which is not allowed in a
// bubble.
type timeless struct{ *testing.T }

func (c *crowd) thread(t *rapid.T) gmailsim.Delivered {
	return rapid.SampledFrom(c.mails).Draw(t, "mail")
}

func (c *crowd) edit(t *rapid.T) {
	d := c.thread(t)
	path := "threads/" + d.ThreadID
	if rapid.Bool().Draw(t, "one message") {
		path = "messages/" + d.ID
	}
	pick := rapid.SliceOfNDistinct(rapid.SampledFrom(handLabels), 0, 2, rapid.ID)
	on, off := pick.Draw(t, "on"), pick.Draw(t, "off")
	off = slices.DeleteFunc(off, func(n string) bool { return slices.Contains(on, n) })
	if len(on)+len(off) == 0 {
		return
	}
	for _, n := range append(slices.Clone(on), off...) {
		c.edits[d.ThreadID+"Baton/"+n]++
	}
	c.change(path, on, off)
}

func (c *crowd) press(t *rapid.T) {
	by := rapid.SampledFrom([]desk.Email{"ana@acme.test", "ben@acme.test"}).Draw(t, "by")
	ctx := context.Background()
	id := desk.ConversationOf(support, desk.ThreadID(c.thread(t).ThreadID))
	var err error
	switch rapid.IntRange(0, 5).Draw(t, "button") {
	case 0:
		_, err = c.desk.Take(ctx, by, id, 0)
	case 1:
		_, err = c.desk.Close(ctx, by, id, 0)
	case 2:
		_, err = c.desk.Reopen(ctx, by, id, 0)
	case 3:
		_, err = c.desk.AddTag(ctx, by, id, "vip")
	case 4:
		_, err = c.desk.RemoveTag(ctx, by, id, "vip")
	case 5:
		_, err = c.desk.Release(ctx, by, id, 0)
	}
	if err != nil && !errors.Is(err, desk.ErrForbidden) && !errors.Is(err, desk.ErrNotFound) {
		t.Fatal(err)
	}
}

func (c *crowd) mail(t *rapid.T) {
	if len(c.mails) > 0 && rapid.Bool().Draw(t, "answer") {
		c.mails = append(c.mails, c.deliver("Re: mail 0", fmt.Sprintf("In-Reply-To: <%x@customer.test>", "mail 0")))
		return
	}
	c.mails = append(c.mails, c.deliver(fmt.Sprint("mail ", len(c.mails))))
}

func (c *crowd) hint(t *rapid.T) {
	c.mu.Lock()
	hints := slices.Clone(c.hints)
	c.mu.Unlock()
	if len(hints) > 0 {
		c.room.Load().Hint(support, rapid.SampledFrom(hints).Draw(t, "id"))
		if rapid.Bool().Draw(t, "newest") {
			c.room.Load().Hint(support, c.sim.HistoryID(string(support)))
		}
	}
}

func (c *crowd) wait(t *rapid.T) {
	pass(rapid.SampledFrom([]time.Duration{time.Millisecond, 200 * time.Millisecond, 2 * time.Second, 20 * time.Second, time.Minute, 15 * time.Minute}).Draw(t, "wait"))
}

// slowly has changes of labels take their time from now on, in Baton or under way.
func (c *crowd) slowly(t *rapid.T) {
	c.slow.Store(int64(rapid.SampledFrom([]time.Duration{0, 300 * time.Millisecond, 5 * time.Second}).Draw(t, "slow")))
	c.way.Store(int64(rapid.SampledFrom([]time.Duration{0, 300 * time.Millisecond, 5 * time.Second}).Draw(t, "way")))
}

func (c *crowd) restart(t *rapid.T) {
	if rapid.Bool().Draw(t, "kill") {
		c.kill()
	} else {
		c.stop()
	}
	c.start()
}

// rest lets everything come to its end.
func (c *crowd) rest(t *rapid.T) {
	pass(100 * time.Minute) // a standoff lasts for an hour
	n := c.modifies()
	pass(100 * time.Minute)
	if got := c.modifies() - n; got != 0 {
		t.Errorf("%d changes of labels while nobody did anything", got)
	}
	done := map[string]int{}
	seen, told := map[string]bool{}, map[string][]string{}
	for _, d := range c.mails {
		rec := c.record(d)
		want := desk.WantedLabels(shopPolicy(), &rec)
		slices.Sort(want)
		if diff := cmp.Diff(want, c.worn(d.ID)); diff != "" {
			t.Errorf("message %s of %s (-record +Gmail):\n%s\n%s", d.ID, d.ThreadID, diff, lines(rec))
		}
		if seen[d.ThreadID] {
			continue
		}
		seen[d.ThreadID] = true
		events, _, err := c.store.Events(context.Background(), rec.ID, desk.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			if label := commanded(ev); label != "" {
				done[d.ThreadID+label]++
			}
			told[d.ThreadID] = append(told[d.ThreadID], fmt.Sprintf("%s %s by %q %s: %q to %q %s", ev.At.Format(time.TimeOnly), ev.Kind, ev.By, ev.Via, ev.From, ev.To, ev.Why))
		}
	}
	for label, n := range done {
		if n > c.edits[label] {
			t.Errorf("%s was changed %d times and obeyed %d times\n%s", label, c.edits[label], n, strings.Join(told[label[:16]], "\n"))
		}
	}
}

// commanded gives the label whose change by hand an event tells of, "" = none.
func commanded(ev desk.Event) string {
	if ev.Via != desk.ByLabel {
		return ""
	}
	first, _, _ := strings.Cut(string(ev.Who), "@")
	name := strings.ToUpper(first[:min(1, len(first))]) + first[min(1, len(first)):]
	switch ev.Kind {
	case desk.EventGiven, desk.EventTaken, desk.EventReleased:
		return "Baton/Assigned/" + name
	case desk.EventStatus, desk.EventReopened:
		return "Baton/Status/" + desk.Status(ev.To).Name()
	case desk.EventPriority:
		return "Baton/Priority/High"
	case desk.EventTagged, desk.EventRefused:
		if ev.Kind == desk.EventRefused {
			return ev.To
		}
		return "Baton/Tag/" + ev.To
	case desk.EventUntagged:
		return "Baton/Tag/" + ev.From
	}
	return ""
}

func lines(c desk.Conversation) string {
	var out []string
	for _, ev := range c.Recent {
		out = append(out, fmt.Sprintf("%s %s by %q %s: %q to %q", ev.At.Format(time.TimeOnly), ev.Kind, ev.By, ev.Via, ev.From, ev.To))
	}
	return strings.Join(append(out, fmt.Sprintf("%+v worn %q", c.Standoff, c.Worn)), "\n")
}

// last does one more edit, with a hint, and has it obeyed at once and for good.
func (c *crowd) last(t *rapid.T) {
	d := c.mails[0]
	rec := c.record(d)
	give, to := "Assigned/Ben", desk.Email("ben@acme.test")
	if rec.Assignee == to {
		give, to = "Assigned/Ana", "ana@acme.test"
	}
	c.live.Store(true)
	c.slow.Store(0)
	c.way.Store(0)
	n := c.modifies()
	c.change("threads/"+d.ThreadID, []string{give}, nil)
	pass(5 * time.Second)
	if got := c.record(d); got.Assignee != to || got.EventSeq != rec.EventSeq+1 {
		t.Errorf("%q holds it after %s\n%s", got.Assignee, give, lines(got))
	}
	pass(time.Hour)
	if got := c.modifies() - n; got > 2 {
		t.Errorf("%d changes of labels for one command", got-1)
	}
}
