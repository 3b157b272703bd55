package main

import (
	"testing"

	"baton/desk"
)

// Somebody snoozes a conversation until tomorrow. There is nothing to do today,
// so whoever waits for the demo to settle gets their answer.
func TestSettlesWhileSomethingSleeps(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	_, thread := s.deliver(customerMail(carla, "Not before tomorrow", "There is time."))
	s.settle()
	s.as("ana@acme.test").open(support, thread).press("Snooze …", nil).press("Snooze", map[string][]string{"nap": {"morning"}}).says("Snoozed")
	if got := s.do("POST", "/preview/api/settle", map[string]any{"seconds": 120}, nil); got != 200 {
		t.Fatalf("settle = %d", got)
	}
	if got := s.labels(support, thread); got != "Baton/Status/Snoozed" {
		t.Errorf("the thread wears %q", got)
	}
	if got, err := s.demo.service.store.Intents(t.Context()); err != nil || got[desk.IntentPending] != 1 {
		t.Errorf("intents %v (%v), want the timer pending", got, err)
	}
}
