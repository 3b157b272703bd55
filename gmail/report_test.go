package gmail_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/infra/need"
)

// TestReports has reports as the usual mail systems write them come in over the
// whole way.
func TestReports(t *testing.T) {
	const carla desk.Email = "carla@shop.example"
	for name, want := range map[string][]desk.Failure{
		"gmail_unknown": {{To: carla, Why: desk.FailedUnknown}},
		"gmail_delay":   {{To: carla, Why: desk.FailedExpired, Delayed: true}},
		"exchange_size": {{To: carla, Why: desk.FailedSize}},
		"postfix_two":   {{To: carla, Why: desk.FailedFull}, {To: "dora@nowhere.example", Why: desk.FailedDomain}},
		"exim_old":      {{To: carla, Why: desk.FailedRefused}},
		"exim_warning":  {{Why: desk.FailedOther, Delayed: true}},
		"qmail":         {{To: carla, Why: desk.FailedUnknown}},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", "reports", name+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, needs := range []desk.Needs{{}, {Body: true}} {
				m, _ := receive(t, needs, string(raw))
				if m.Verdict != desk.Bounce || m.Report == nil {
					t.Fatalf("verdict %s, report %v", m.Verdict, m.Report)
				}
				if diff := cmp.Diff(want, m.Report.Failed); diff != "" {
					t.Errorf("failures (-want +got):\n%s", diff)
				}
				if !slices.Contains(m.Report.About, "reply-1@acme.test") {
					t.Errorf("it is about %v", m.Report.About)
				}
				// Only the headers of what came back name it.
				if has := strings.Contains(string(raw), "X-Baton-Intent"); slices.Contains(m.Report.Intents, "intent-1") != has {
					t.Errorf("our header in it names %v", m.Report.Intents)
				}
			}
		})
	}
}

// A person at a postmaster's address reports nothing.
func TestReportOfAPerson(t *testing.T) {
	raw, err := os.ReadFile("testdata/reports/postmaster_person.eml")
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := receive(t, desk.Needs{}, string(raw)); m.Report != nil {
		t.Errorf("got %+v", m.Report)
	}
}

// TestReportsOfTheCorpus reads the real reports among the 2,500 mails.
func TestReportsOfTheCorpus(t *testing.T) {
	file, err := os.Open(need.Corpus(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	zr, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []desk.Failure
	var about []desk.RFCID
	for _, raw := range mbox(t, zr) {
		head, _, _ := strings.Cut(raw, "\n\n")
		if strings.Contains(head, "report-type=delivery-status") || strings.Contains(head, "\nFrom: MAILER-DAEMON@") {
			m, _ := receive(t, desk.Needs{}, raw)
			if m.Verdict != desk.Bounce || m.Report == nil {
				t.Fatalf("%s: report %v", m.Verdict, m.Report)
			}
			got = append(got, m.Report.Failed...)
			about = append(about, m.Report.About...)
		}
	}
	want := []desk.Failure{
		{To: "casimir@tgsnopec.com", Why: desk.FailedExpired, Delayed: true},
		{Why: desk.FailedUnknown},
		{To: "daz@jpci.net", Why: desk.FailedRefused},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, id := range []desk.RFCID{"3D77146F.1000603@startechgroup.co.uk", "042a01c26edf$16332c50$b554a8c0@RAGING"} {
		if !slices.Contains(about, id) {
			t.Errorf("no report about %s, but about %v", id, about)
		}
	}
}

// TestReportCosts: the parts of a report cost one reading more, other mail none.
func TestReportCosts(t *testing.T) {
	raw, err := os.ReadFile("testdata/reports/qmail.eml")
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, nil)
	h.open()
	c, err := h.accounts.Client(support)
	if err != nil {
		t.Fatal(err)
	}
	for what, mail := range map[string][]byte{"a report": raw, "other mail": letter("one")} {
		before := c.Usage()[gmail.MessagesGet].Calls
		if _, err := h.sim.Deliver(t.Context(), string(support), mail); err != nil {
			t.Fatal(err)
		}
		h.sweep()
		want := int64(1)
		if what == "a report" {
			want = 2
		}
		if got := c.Usage()[gmail.MessagesGet].Calls - before; int64(got) != want {
			t.Errorf("%s: %d readings of messages, want %d", what, got, want)
		}
	}
}
