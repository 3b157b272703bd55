package desk_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// write has a customer write to a mailbox.
func (h *house) write(box desk.Mailbox, from desk.Email, subject, language string) desk.Conversation {
	h.Helper()
	h.clock.pass(time.Minute)
	m, f := h.mail("", desk.Person, subject)
	m.Mailbox, m.From = box, desk.Address{Name: "Kim", Email: from}
	f.Mailbox, f.From, f.Headers = box, m.From, map[string]string{"content-language": language}
	return must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
}

const kimHome desk.Email = "kim@home.example"

func subjects(v desk.CustomerView) (out []string) {
	for _, c := range v.Past {
		out = append(out, c.Subject)
	}
	return out
}

func TestCustomer(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	closed := h.write(support, kimHome, "closed", "de-AT")
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, closed.ID, 0))
	h.write(support, kimHome, "open", "en")
	h.write(sales, kimHome, "in sales", "de")
	h.write(support, "else@x.example", "somebody else", "fr")
	h.write(support, kimWork, "from work", "de")
	c := h.write(support, kimHome, "this", "")
	see := func(who desk.Email) desk.CustomerView {
		t.Helper()
		return must[desk.CustomerView](t)(h.desk.Customer(ctx, who, c.ID))
	}
	for who, want := range map[desk.Email][]string{ana: {"open", "closed"}, ben: {"in sales", "open", "closed"}} {
		if d := cmp.Diff(want, subjects(see(who))); d != "" {
			t.Errorf("%s sees (-want +got):\n%s", who, d)
		}
	}
	if got := see(ben).Language; got != "de" {
		t.Errorf("usual language %q, want de", got)
	}
	must[desk.Conversation](t)(h.desk.SamePerson(ctx, ana, c.ID, " Kim@Work.example "))
	if d := cmp.Diff([]string{"from work", "open", "closed"}, subjects(see(ana))); d != "" {
		t.Errorf("with both addresses (-want +got):\n%s", d)
	}
	if got := see(ana).Identity; got.By != ana || !cmp.Equal(got.Same, []desk.Email{kimHome, kimWork}) {
		t.Errorf("identity %+v", got)
	}
	for i := range 12 {
		h.write(support, kimHome, fmt.Sprint(i), "")
	}
	if v := see(ana); len(v.Past) != 10 || !v.More || v.Past[0].Subject != "11" {
		t.Errorf("%d shown, more %v, first %q", len(v.Past), v.More, v.Past[0].Subject)
	}
}

func TestSamePersonRefuses(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.write(support, kimHome, "S", "")
	same := func(other desk.Email) error {
		_, err := h.desk.SamePerson(ctx, ana, c.ID, other)
		return err
	}
	for other, say := range map[desk.Email]string{"": "not a mail address", "kim": "not a mail address", ben: "belongs to the team",
		desk.Email(support): "belongs to the team", "help+x@acme.test": "belongs to the team"} {
		says(t, same(other), desk.ErrInvalid, say)
	}
	if err := same(kimHome); err != nil || h.record(c.ID).Version != c.Version {
		t.Errorf("the same as themself: %v", err)
	}
	for i := range desk.MaxIdentity - 1 {
		if err := same(desk.Email(fmt.Sprintf("kim%d@x.example", i))); err != nil {
			t.Fatal(err)
		}
	}
	says(t, same("one@more.example"), desk.ErrInvalid, "At most 10")
	// Said from another conversation since, an undo says so.
	seq := h.record(c.ID).EventSeq
	other := h.write(support, "kim3@x.example", "other", "")
	must[desk.Conversation](t)(h.desk.OtherPerson(ctx, ben, other.ID, "kim8@x.example"))
	_, err := h.desk.Undo(ctx, ana, c.ID, seq)
	says(t, err, desk.ErrInvalid, "changed since")
}

func TestAlike(t *testing.T) {
	for name, tc := range map[string]struct {
		a, b string
		pass time.Duration
		want string
	}{
		"the same":            {"Kettle leaks", "Re: AW: [Shop] kettle LEAKS!", time.Hour, desk.AlikeSubject},
		"nearly":              {"My new kettle leaks badly", "my new red kettle leaks badly", time.Hour, desk.AlikeSubject},
		"a number":            {"Order 10423", "Where is #10423?", time.Hour, desk.AlikeReference},
		"within days":         {"Kettle", "Kettle", 6 * 24 * time.Hour, desk.AlikeSubject},
		"too long ago":        {"Kettle", "Kettle", 8 * 24 * time.Hour, ""},
		"another matter":      {"Kettle leaks", "Invoice wrong", time.Hour, ""},
		"a year":              {"Party 2026", "Invoice 2026", time.Hour, ""},
		"no subject":          {"", "Re: ", time.Hour, ""},
		"few words in common": {"The kettle", "The invoice", time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a := h.write(support, kimHome, tc.a, "")
			h.clock.pass(tc.pass)
			b := h.write(support, kimHome, tc.b, "")
			for range 2 {
				if err := h.desk.Acquaint(t.Context(), h.record(b.ID)); err != nil {
					t.Fatal(err)
				}
			}
			for _, c := range []desk.Conversation{h.record(a.ID), h.record(b.ID)} {
				got, n := "", len(c.Alike)
				if n > 0 {
					got = c.Alike[0].Why
				}
				if got != tc.want || n > 1 {
					t.Errorf("%q: %d suggestions, %q, want %q", c.Subject, n, got, tc.want)
				}
			}
		})
	}
	h := newHouse(t)
	ctx := t.Context()
	over := h.write(support, kimHome, "Kettle", "")
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, over.ID, 0))
	h.write(support, "else@x.example", "Kettle", "")
	h.write(sales, kimHome, "Kettle", "")
	c := h.write(support, kimHome, "Kettle", "")
	if err := h.desk.Acquaint(ctx, c); err != nil || len(h.record(c.ID).Alike) != 0 {
		t.Errorf("suggests %+v, %v; want nothing of what is over, others' or elsewhere", h.record(c.ID).Alike, err)
	}
}

// TestCustomerOfMerged: what was merged is no other conversation any more.
func TestCustomerOfMerged(t *testing.T) {
	h := newHouse(t)
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(t.Context(), ana, a.ID, b.ID))
	for _, id := range []desk.ConversationID{a.ID, b.ID} {
		v := must[desk.CustomerView](t)(h.desk.Customer(t.Context(), ana, id))
		if v.ID != a.ID || len(v.Past) != 0 {
			t.Errorf("%s with %d others, want the kept one alone", v.ID, len(v.Past))
		}
	}
	if _, err := h.desk.Customer(t.Context(), eve, a.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}
