package gmail

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/api/googleapi"

	"baton/desk"
)

// A watch lives seven days; Google asks to renew it daily. watchLow is when a
// renewal that keeps failing becomes a problem that people are told of.
const (
	watchLife = 7 * 24 * time.Hour
	watchAge  = 24 * time.Hour
	watchLow  = 48 * time.Hour
)

// keepWatch renews the watch when it is a day old, with an hour's jitter, and
// makes a new one when it publishes to another topic than is set now. The
// worker's lease makes it the only caller for the mailbox. The history id that
// Gmail answers with is not used: what lies before it may still be unread, and
// is read right after.
func (w *worker) keepWatch(ctx context.Context) error {
	if w.room.o.Topic == "" {
		return nil
	}
	now := w.room.o.Now()
	expires := w.state.WatchExpires
	w.setRenew(expires)
	moved := w.state.WatchTopic != w.room.o.Topic && now.Sub(w.tried) > 10*time.Minute
	if now.Before(w.renew) && !moved {
		return nil
	}
	w.tried = now
	until, err := w.client.Watch(ctx, w.room.o.Topic)
	if otherClient(err) {
		// Whoever stops here leaves a mailbox without watch, and says so first.
		if err := w.save(ctx, func(st *desk.MailboxState) { st.WatchExpires, st.WatchTopic = time.Time{}, "" }); err != nil {
			return err
		}
		if err = w.client.Stop(ctx); err == nil {
			until, err = w.client.Watch(ctx, w.room.o.Topic)
		}
	}
	if access := (*AccessError)(nil); errors.As(err, &access) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.watchFailed(now, expires, err)
		return nil
	}
	w.warn = ""
	if err := w.save(ctx, func(st *desk.MailboxState) { st.WatchExpires, st.WatchTopic = until, w.room.o.Topic }); err != nil {
		return err
	}
	w.setRenew(until)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.WatchFailing = time.Time{}
	return nil
}

// watchFailed has the renewal tried again within the hour: the sweep still
// reads the mailbox.
func (w *worker) watchFailed(now, expires time.Time, err error) {
	w.room.o.Logger.Warn("gmail: a watch could not be renewed; it is tried again", "mailbox", w.mailbox,
		"hours_left", int(expires.Sub(now).Hours()), "error", logged(err))
	w.renew = now.Add(10*time.Minute + rand.N(10*time.Minute))
	if expires.Sub(now) < watchLow {
		w.warn = "Gmail's push notifications cannot be renewed; new mail is found by the sweep only. Check the Pub/Sub topic and its rights."
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stat.WatchFailures++
	if w.stat.WatchFailing.IsZero() {
		w.stat.WatchFailing = now
	}
}

// WatchAlarm tells whether people should look at a mailbox's watch, which ends
// at expires: less than two days of it are left, or renewing it has failed for
// a day.
func (s Status) WatchAlarm(expires, now time.Time) bool {
	if s.Paused || s.Disconnected || s.Cursor == 0 {
		return false
	}
	return expires.Sub(now) < watchLow || !s.WatchFailing.IsZero() && now.Sub(s.WatchFailing) >= watchAge
}

// setRenew fixes once for each watch when it is renewed.
func (w *worker) setRenew(expires time.Time) {
	if expires.Equal(w.renewFor) {
		return
	}
	w.renewFor = expires
	w.renew = expires.Add(watchAge - watchLife - rand.N(time.Hour))
}

// otherClient recognises Gmail's refusal of a second watch with another topic.
func otherClient(err error) bool {
	ge := (*googleapi.Error)(nil)
	return errors.As(err, &ge) && ge.Code == 400 && strings.Contains(ge.Message, "Only one user push notification client")
}
