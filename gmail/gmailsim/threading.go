package gmailsim

import "strings"

// A mail joins a thread if References or In-Reply-To name a mail in it and the subjects are the same
// but for reply and forward marks. Mail that the API writes with a threadId must meet both too, in
// that thread (the reference text of Message.threadId).

// naturalThread gives the thread that an arriving mail joins, or its own id. b is locked.
func (b *mailbox) naturalThread(m indexed) uint64 {
	want := normalSubject(m.Subject)
	for _, r := range m.refs {
		for _, x := range b.rfc[strings.ToLower(r)] {
			if !x.has("DRAFT") && normalSubject(x.Subject) == want {
				return x.Thread
			}
		}
	}
	return m.ID
}

// chosenThread gives the thread for a mail that asks for one: that thread if the mail fits, else a
// new one.
func (b *mailbox) chosenThread(m indexed, want uint64) uint64 {
	t := b.threads[want]
	if t == nil {
		return m.ID
	}
	subject := normalSubject(m.Subject)
	for _, r := range m.refs {
		for _, x := range b.rfc[strings.ToLower(r)] {
			if x.Thread == want && normalSubject(x.Subject) == subject {
				return want
			}
		}
	}
	return m.ID
}

// replyMarks are the words that mail programs put before a subject, in the languages seen most.
var replyMarks = []string{"re", "fwd", "fw", "aw", "wg", "sv", "vs", "antw", "doorst", "tr", "ref", "rv", "rif", "enc", "res", "odp", "pd", "ynt", "vb", "vl"}

// normalSubject takes reply marks off and folds case and space.
func normalSubject(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	for {
		rest, ok := cutMark(s)
		if !ok {
			return s
		}
		s = rest
	}
}

// cutMark takes off one mark: letters, perhaps a count in brackets, and a colon.
func cutMark(s string) (string, bool) {
	i := strings.IndexAny(s, ":：")
	if i < 0 {
		return s, false
	}
	word := strings.TrimSpace(s[:i])
	if j := strings.IndexAny(word, "[("); j > 0 {
		word = word[:j]
	}
	for _, m := range replyMarks {
		if word == m {
			rest := s[i+1:]
			if strings.HasPrefix(s[i:], "：") {
				rest = s[i+len("："):]
			}
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}
