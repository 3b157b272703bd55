package rule

import (
	"fmt"
	"strings"
	"testing"

	"baton/desk"
)

// ordinary are twenty conditions as admins write them; none of them holds.
func ordinary() []desk.Rule {
	var out []desk.Rule
	for i := range 5 {
		out = append(out,
			desk.Rule{When: fmt.Sprintf(`subject.contains("topic%d") || body.contains("word%d")`, i, i)},
			desk.Rule{When: fmt.Sprintf(`domain in ["a%d.example", "b.example", "c.example"] && hour < 9`, i)},
			desk.Rule{When: fmt.Sprintf(`to.exists(a, a.startsWith("team%d@"))`, i)},
			desk.Rule{When: fmt.Sprintf(`headers["list-id"] == "%d" || alias == "sale%d"`, i, i)},
		)
	}
	return out
}

func BenchmarkRoute(b *testing.B) {
	e := engine(b, ordinary()...)
	f := letter()
	f.Body = strings.Repeat("The quick brown Fox jumps over it. ", 90) // 3 kB
	b.ReportAllocs()
	for b.Loop() {
		if r := e.Route(f); r.Reason != "no rule matched" {
			b.Fatal(r.Reason)
		}
	}
}

// BenchmarkWorstPattern is what the largest allowed pattern costs on the
// largest body: the bound on what cannot be interrupted.
func BenchmarkWorstPattern(b *testing.B) {
	e := engine(b, desk.Rule{When: `body.matches("(?:a?){120}[b]")`})
	f := letter()
	f.Body = strings.Repeat("a", maxBody)
	for b.Loop() {
		e.Route(f)
	}
}

func BenchmarkCompile(b *testing.B) {
	p := &desk.Policy{Rules: ordinary()}
	for b.Loop() {
		if _, faults := Compile(p); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
