package main

import "slices"

// expected gives the names of Baton's labels that every message of a
// conversation wears in the end, sorted. It is this harness's own reading of
// what Baton promises and shares no code with it.
func (t *thread) expected() []string {
	holder, status := t.routed()
	for _, m := range t.mails[1:] {
		status = after(status, m.by)
	}
	tags := t.tags()
	for _, a := range t.acts {
		switch a.verb {
		case take:
			holder = a.by
		case give:
			holder = a.to
		case tagging:
			tags = append(tags, a.text)
		case closing:
			status = "Closed"
		case reply:
			status = map[string]string{"keep": status, "wait": "Waiting for customer", "close": "Closed"}[a.then]
		}
	}
	for _, m := range t.late {
		status = after(status, m.by)
	}
	out := []string{"Baton/Status/" + status}
	if holder != "" {
		out = append(out, "Baton/Assigned/"+names[holder])
	}
	if t.matched() && t.topic.high || t.upset() {
		out = append(out, "Baton/Priority/High")
	}
	for _, tag := range tags {
		out = append(out, "Baton/Tag/"+tag)
	}
	slices.Sort(out)
	return out
}

// matched tells whether the topic's rule looked at the mail that opened the
// conversation. Spam is not routed at all.
func (t *thread) matched() bool {
	first := t.mails[0].by
	return first == person || t.topic.all && first != spammer
}

func (t *thread) upset() bool { return t.mails[0].by == person && t.mails[0].upset }

// routed gives who holds a conversation when it opens, and its status.
func (t *thread) routed() (holder, status string) {
	if t.matched() {
		holder = t.topic.holder
	}
	if holder == "team" {
		holder = t.box.biller
	}
	switch first := t.mails[0].by; {
	case first == spammer:
		return "", "Spam"
	case first == person || holder != "":
		return holder, "Open"
	}
	return "", "Ignored"
}

// after gives the status that follows when a mail joins a conversation that a
// person's mail opened.
func after(status string, by writer) string {
	switch {
	case by == person:
		return "Open"
	case by == team && status == "Open":
		return "Waiting for customer"
	}
	return status
}

func (t *thread) tags() []string {
	var out []string
	if t.matched() && t.topic.tag != "" {
		out = append(out, t.topic.tag)
	}
	if t.upset() {
		out = append(out, "upset")
	}
	return out
}
