package gmail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// labelling is a desk whose promises are performed at once.
type labelling struct {
	*fakeDesk
	h    *house
	want []string
}

func (l *labelling) apply(m desk.Message) {
	l.set(func(d *fakeDesk) { d.wants[m.Thread] = l.want })
	lab := gmail.NewLabeler(l.h.accounts)
	if err := lab.Apply(l.h.context(), support, m.Thread, m.ID, l.want, nil, false); err != nil {
		l.h.t.Error(err)
	}
}

// A mail, one label for it, and the echo: history 2, message 20, label 5. The
// echo itself is read later, once, and is no reason for another label.
func TestMailWithLabelCosts27Units(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail" })
	l := &labelling{fakeDesk: h.desk, h: h, want: []string{"Baton/Status/Open"}}
	h.open()
	h.deliver("first makes the label")
	h.settled()
	l.apply(h.desk.received[0])
	h.settled()
	if err := h.room.Flush(h.context()); err != nil {
		t.Fatal(err)
	}
	units := func() int64 { return gmail.Total(h.accounts.Usage()[support]) }
	before := units()
	h.deliver("second")
	h.wait(func() bool { return len(h.desk.subjects()) == 2 })
	h.settled()
	l.apply(h.desk.received[1])
	h.wait(func() bool { return h.room.Statuses()[0].PutOff })
	h.settled()
	if got := units() - before; got != 27 {
		t.Errorf("%d units, want 27: %+v", got, h.accounts.Usage()[support])
	}
	if err := h.room.Flush(h.context()); err != nil {
		t.Fatal(err)
	}
	h.settled()
	if got := units() - before; got != 29 {
		t.Errorf("with the echo read %d units, want 29", got)
	}
	if len(h.desk.relabels) != 0 {
		t.Errorf("the echo asked for labels: %v", h.desk.relabels)
	}
	if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
		t.Errorf("cursor %d, want %d", got, want)
	}
	// and then there is silence
	calls := h.sim.Calls()
	h.settled()
	if err := h.room.Flush(h.context()); err != nil {
		t.Fatal(err)
	}
	if got := h.sim.Calls(); got[string(support)]["gmail.users.history.list"] != calls[string(support)]["gmail.users.history.list"] {
		t.Error("the echo does not come to rest")
	}
}

func TestMailBehindAnEchoIsReadAtOnce(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail" })
	l := &labelling{fakeDesk: h.desk, h: h, want: []string{"Baton/Status/Open"}}
	h.open()
	h.deliver("one")
	h.wait(func() bool { return len(h.desk.subjects()) == 1 })
	h.settled()
	l.apply(h.desk.received[0])
	h.wait(func() bool { return h.room.Statuses()[0].PutOff })
	h.deliver("two") // EchoDelay is an hour: only this hint can have it read
	h.wait(func() bool { return len(h.desk.subjects()) == 2 })
}

func TestHintsBehindTheCursorCostNothing(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	h.deliver("one")
	h.sweep()
	before := gmail.Total(h.accounts.Usage()[support])
	for range 1000 {
		h.room.Hint(support, h.sim.HistoryID(string(support)))
		h.room.Hint(support, 5)
	}
	h.idle()
	if got := gmail.Total(h.accounts.Usage()[support]); got != before {
		t.Errorf("%d units for hints that tell nothing", got-before)
	}
	if got := h.room.Statuses()[0].Stale; got < 2000 {
		t.Errorf("%d hints counted as stale, want 2,000", got)
	}
	if h.room.Hint("stranger@acme.test", 1<<60) {
		t.Error("a mailbox that is not open took a hint")
	}
}

func TestHintsCoalesce(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	reads := h.room.Statuses()[0].Reads
	h.deliver("one")
	hold := make(chan struct{})
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.history.list" {
			<-hold
		}
		return nil
	})
	top := h.sim.HistoryID(string(support))
	h.room.Hint(support, top)
	h.wait(func() bool { return h.room.Statuses()[0].Reads == reads+1 })
	for i := range 10_000 {
		h.room.Hint(support, top+uint64(i%50)+1)
	}
	close(hold)
	h.idle()
	if got := h.room.Statuses()[0].Reads - reads; got != 2 {
		t.Errorf("%d readings for 10,001 hints, want 2: one that ran and one that waited", got)
	}
}

// The clock of the bubble is the only one here; the calls do not leave it.
func TestPutOffReadComesAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, func(o *gmail.RoomOptions) { o.EchoDelay = 10 * time.Second })
		v.room.Open(support)
		synctest.Wait()
		reads := v.calls("history.list")
		if err := v.client().ChangeMessage(t.Context(), "1", []string{"Label_1"}, nil); err != nil {
			t.Fatal(err)
		}
		v.cursor.Add(1)
		v.room.Hint(support, v.cursor.Load())
		time.Sleep(9 * time.Second)
		synctest.Wait()
		if got := v.calls("history.list"); got != reads {
			t.Errorf("the echo was read after less than its delay")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := v.calls("history.list"); got != reads+1 {
			t.Errorf("%d readings, want 1 after the delay", got-reads)
		}
	})
}

// A hint may run ahead of the history for a moment; a made-up one does for
// ever. Either is looked at twice.
func TestHintAheadOfTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		synctest.Wait()
		reads := v.calls("history.list")
		v.room.Hint(support, 2000)
		synctest.Wait()
		v.cursor.Store(2000) // only now the history shows it
		time.Sleep(10 * time.Second)
		if got := v.desk.state(support).Cursor; got != 2000 {
			t.Errorf("cursor %d, want 2000 without another hint", got)
		}
		v.room.Hint(support, 1<<63)
		time.Sleep(3 * time.Minute)
		if got := v.calls("history.list") - reads; got != 4 {
			t.Errorf("%d readings for two hints ahead of the history, want 4", got)
		}
	})
}
