package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
)

// An answer that was written on a card comes back: the conversation turns red,
// whether Gmail sent it under the Message-ID that it was given or under another.
func TestBounceOfAReply(t *testing.T) {
	for name, back := range map[string]string{
		"under the one given": "Message-ID: <GIVEN>\n",
		"under another":       "Message-ID: <CAminted@mail.gmail.com>\nX-Baton-Intent: INTENT\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				s := newShop(t, dir, 1, 6000)
				s.open("baton.db")
				id, d := s.mail(0, "Where is my kettle?")
				time.Sleep(time.Minute)
				intent := s.reply(id, "On its way.")
				time.Sleep(time.Minute)
				mails, err := s.sim.Thread(s.boxes[0], d.ThreadID)
				s.must(err)
				if len(mails) != 2 {
					t.Fatalf("%d mails in the thread, want the question and the answer", len(mails))
				}
				head := strings.NewReplacer("GIVEN", strings.Trim(mails[1].MessageID, "<>"), "INTENT", string(intent)).Replace(back)
				report := "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: " + s.boxes[0] + "\n" +
					"Subject: Delivery Status Notification (Failure)\nReturn-Path: <>\nMessage-ID: <dsn@mx.google.test>\n" +
					"MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\n\n" +
					"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; googlemail.com\n\n" +
					"Final-Recipient: rfc822; carla@shop.example\nAction: failed\nStatus: 5.1.1\n\n" +
					"--b\nContent-Type: message/rfc822\n\nFrom: " + s.boxes[0] + "\nTo: carla@shop.example\n" + head +
					"Subject: Re: Where is my kettle?\n\nOn its way.\n--b--\n"
				_, err = s.sim.Deliver(context.Background(), s.boxes[0], []byte(strings.ReplaceAll(report, "\n", "\r\n")))
				s.must(err)
				time.Sleep(time.Minute)
				c, err := s.store.Conversation(t.Context(), id)
				s.must(err)
				if c.Bounce == nil || c.Bounce.By != ana || c.Bounce.Why != desk.FailedUnknown || c.Status != desk.Open {
					t.Errorf("%+v, %s; want it open, with Ana's answer marked as not delivered", c.Bounce, c.Status)
				}
			})
		})
	}
}
