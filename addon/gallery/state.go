package gallery

import "slices"

// State is one card that somebody may come to see.
type State struct {
	Name  string // of the golden file and in the page's address
	Title string
	Shows string // one sentence: what there is to look at
	build func(s *stage) Answer
}

// Group is the states that belong together.
type Group struct {
	Title  string
	States []State
}

// Groups is the whole table, in the order in which a person meets the cards.
func Groups() []Group {
	return []Group{
		{"A conversation", conversation()},
		{"Others who are at it, and what came back", others()},
		{"Put aside, and away", append(rests(), absences()...)},
		{"Notes and history", notes()},
		{"To-dos and following", todos()},
		{"Customers, duplicates, merging", customers()},
		{"Forms", forms()},
		{"Replies", replies()},
		{"Answers that wait", waiting()},
		{"Saved texts and drafts", writing()},
		{"The mail itself", reading()},
		{"Handing in", intakes()},
		{"Home and lists", home()},
		{"Several at once", several()},
		{"Undone, refused, unknown", faults()},
		{"Other scripts, long words", scripts()},
	}
}

// States is the whole table without its groups.
func States() []State {
	var all []State
	for _, g := range Groups() {
		all = append(all, g.States...)
	}
	return all
}

// Find gives the state of a name; ok is false when there is none.
func Find(name string) (st State, ok bool) {
	all := States()
	i := slices.IndexFunc(all, func(st State) bool { return st.Name == name })
	if i < 0 {
		return State{}, false
	}
	return all[i], true
}
