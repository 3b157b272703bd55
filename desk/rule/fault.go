package rule

import "fmt"

// Fault is one thing that is wrong with a rule's condition.
type Fault struct {
	Rule   int    // index in the policy's rules
	Line   int    // in the condition, from 1
	Column int    // in the line, in characters, from 1
	Say    string // what is wrong and what would be right
}

func (f Fault) Error() string {
	return fmt.Sprintf("rule %d, condition %d:%d: %s", f.Rule+1, f.Line, f.Column, f.Say)
}

// Nearest gives the known word that a wrong one was most likely meant to be,
// or "". Words that differ in more than a third of their letters are not near.
func Nearest(word string, known []string) string {
	best, least := "", max(len([]rune(word))/3, 1)
	for _, k := range known {
		if d := distance([]rune(word), []rune(k)); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, remove, replace or swap with their
// neighbour to get from a to b.
func distance(a, b []rune) int {
	if abs(len(a)-len(b)) > 8 { // far enough, and spares the work on long texts
		return len(a) + len(b)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			swap := 1
			if a[i-1] == b[j-1] {
				swap = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+swap)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
