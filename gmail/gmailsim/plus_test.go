package gmailsim_test

import (
	"testing"

	"baton/gmail/gmailsim"
)

func TestPlusAddressesReachTheirMailbox(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	if d := w.deliver("support+spring@acme.test", mail("p@x", "Plus", "x")); d.Mailbox != support {
		t.Errorf("delivered to %q, want %s", d.Mailbox, support)
	}
	if _, err := w.Deliver(t.Context(), "nobody+x@acme.test", []byte("Subject: x\r\n\r\nx")); err == nil {
		t.Error("a plus address of nobody was taken")
	}
}
