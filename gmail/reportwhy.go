package gmail

import (
	"regexp"
	"strings"

	"baton/desk"
)

// failure is one receiver in a report.
type failure struct {
	to      desk.Email
	code    string // RFC 3463: class.subject.detail
	words   string // of the other mail system
	why     desk.Failing
	delayed bool
}

// statusBlocks reads the receivers of a part message/delivery-status (RFC
// 3464 2.3) whom the mail did not reach.
func statusBlocks(lines []string) (out []failure) {
	block := map[string]string{}
	end := func() {
		if f, ok := statusBlock(block); ok {
			out = append(out, f)
		}
		block = map[string]string{}
	}
	for _, line := range lines {
		if strings.TrimSpace(line) == "" {
			end()
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "final-recipient" && block[name] != "" {
			end()
		}
		if ok && block[name] == "" {
			block[name] = strings.TrimSpace(value)
		}
	}
	end()
	return out
}

func statusBlock(b map[string]string) (failure, bool) {
	action, status := strings.ToLower(b["action"]), b["status"]
	if b["final-recipient"]+b["original-recipient"]+action == "" {
		return failure{}, false // about the whole mail
	}
	f := failure{code: codeIn(status), words: b["diagnostic-code"]}
	switch {
	case strings.HasPrefix(action, "delayed"):
		f.delayed = true
	case strings.HasPrefix(action, "fail"):
	case action == "" && strings.HasPrefix(status, "4."):
		f.delayed = true
	case action == "" && !strings.HasPrefix(status, "2."):
	default:
		return failure{}, false // delivered, relayed, expanded
	}
	for _, name := range []string{"original-recipient", "final-recipient"} {
		if _, to, ok := strings.Cut(b[name], ";"); ok && f.to == "" {
			f.to = receiver(to)
		}
	}
	return f, true
}

// receiver reads an address of a report; "" for what is none.
func receiver(s string) desk.Email {
	e := desk.ParseEmail(strings.Trim(strings.TrimSpace(s), "<>"))
	if len(e) > maxAddress || !strings.Contains(string(e), "@") || strings.ContainsAny(string(e), " \t") {
		return ""
	}
	return e
}

var statusCodes = regexp.MustCompile(`\b[45]\.\d{1,3}\.\d{1,3}\b`)

// codeIn finds a status code that says more than that it failed.
func codeIn(s string) string {
	for _, c := range statusCodes.FindAllString(s, 5) {
		if !strings.HasSuffix(c, ".0.0") {
			return c
		}
	}
	return ""
}

// reason tells why from the status code, else from the other side's words, else
// from the report's.
func reason(code, words, text string) desk.Failing {
	if code == "" {
		code = codeIn(words)
	}
	if code != "" {
		if why := byCode(code[2:]); why != "" {
			return why
		}
	}
	for _, s := range []string{words, cut(text, 4<<10)} {
		if why := byWords(s); why != "" {
			return why
		}
	}
	if code != "" && code[2] == '4' {
		return desk.FailedExpired // of the network
	}
	return desk.FailedOther
}

// byCode reads subject and detail of a status code (RFC 3463, and what Exchange
// and Postfix make of it).
func byCode(code string) desk.Failing {
	switch code {
	case "1.1", "1.3", "1.6", "1.10":
		return desk.FailedUnknown
	case "1.2", "4.4", "4.310", "4.312", "1.9":
		return desk.FailedDomain
	case "2.2", "3.1":
		return desk.FailedFull
	case "2.1":
		return desk.FailedDisabled
	case "2.3", "3.4":
		return desk.FailedSize
	case "4.1", "4.2", "4.7", "4.3", "4.316":
		return "" // the words tell apart who refuses and who cannot be reached
	}
	if strings.HasPrefix(code, "7.") || code == "1.7" || code == "1.8" {
		return desk.FailedRefused
	}
	return ""
}

// wordings are what mail systems say, in the order in which they count.
var wordings = []struct {
	why   desk.Failing
	words []string
}{
	{desk.FailedFull, []string{"over quota", "overquota", "quota exceeded", "exceeded storage", "mailbox full", "mailbox is full", "insufficient storage", "out of storage", "inbox is full"}},
	{desk.FailedSize, []string{"too large", "too big", "size limit", "maximum size", "size exceeds", "exceeds size", "message size"}},
	{desk.FailedDomain, []string{"domain not found", "host not found", "nxdomain", "name or service not known", "couldn't find any host", "domain name not found", "domain couldn't be found", "unrouteable mail domain", "does not accept mail", "null mx", "name service error"}},
	{desk.FailedDisabled, []string{"disabled", "inactive", "suspended", "deactivated", "no longer active", "not accepting mail"}},
	{desk.FailedUnknown, []string{"user unknown", "unknown user", "no such user", "no such recipient", "no such address", "unknown recipient", "recipient unknown", "does not exist", "doesn't exist", "not exist", "no mailbox here", "mailbox unavailable", "mailbox not found", "wasn't found", "couldn't be found", "address not found", "recipient not found", "recipientnotfound", "unable to find user", "invalid recipient", "invalid mailbox", "user not found", "unknown address", "unrouteable address", "not listed", "no such mailbox"}},
	{desk.FailedExpired, []string{"connection refused", "connection timed out", "timed out", "timeout", "no response", "could not be reached", "unable to connect", "couldn't connect", "retry time", "too long", "expired", "not be delivered for", "network is unreachable"}},
	{desk.FailedRefused, []string{"spam", "blocked", "blacklist", "blocklist", "block list", "banned", "policy", "denied", "reject", "refused", "reputation", "dmarc", "spf", "unsolicited", "not authorized", "not permitted", "prohibited"}},
}

func byWords(s string) desk.Failing {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	for _, w := range wordings {
		for _, say := range w.words {
			if strings.Contains(s, say) {
				return w.why
			}
		}
	}
	return ""
}

// spoken reads a report that only people can read: receivers of the header
// X-Failed-Recipients (Exim, Gmail), of paragraphs as qmail writes them, else
// one whom the report does not name.
func spoken(h Headers, text string) []failure {
	all := strings.ToLower(h.Get("subject") + "\n" + cut(text, 4<<10))
	late := hasAny(all, "delayed", "warning", "still trying", "will be retried", "will keep trying", "not yet been delivered", "retry for", "no action is required")
	gone := hasAny(all, "fail", "undeliver", "returned mail", "returning message", "could not be delivered", "couldn't be delivered", "wasn't delivered", "not delivered", "unable to deliver", "unable to find", "not found", "rejected", "blocked", "permanent")
	if !late && !gone {
		return nil
	}
	late = late && !hasAny(all, "permanent", "(failure)", "given up", "giving up", "undeliverable")
	var out []failure
	lines := linesOf(text)
	for i, line := range lines {
		if strings.HasPrefix(line, "--- Below this line") || len(out) == desk.MaxFailed {
			break
		}
		if to := receiver(strings.TrimSuffix(line, ":")); to != "" && strings.HasPrefix(line, "<") && strings.HasSuffix(line, ">:") {
			out = append(out, failure{to: to, words: paragraph(lines[i+1:]), delayed: late})
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, v := range h["x-failed-recipients"] {
		for _, a := range addressesIn(v) {
			out = append(out, failure{to: a.Email, words: text, delayed: late})
		}
	}
	if len(out) == 0 {
		out = []failure{{words: text, delayed: late}}
	}
	return out
}

func paragraph(lines []string) string {
	for i, line := range lines {
		if line == "" {
			return strings.Join(lines[:i], " ")
		}
	}
	return strings.Join(lines, " ")
}

func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
