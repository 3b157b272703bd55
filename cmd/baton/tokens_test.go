package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/wire"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
)

// routes are the addresses that need the add-on's token.
var routes = []string{"/addon/message", "/addon/home", "/addon/do/take", "/addon/suggest"}

// event is what Google posts when somebody has the conversation's message open.
func (q *quiet) event(userToken, path string) []byte {
	q.Helper()
	message := q.demo.sim.MessageToken(support, q.message)
	b, err := json.Marshal(map[string]any{
		"commonEventObject": map[string]any{"hostApp": "GMAIL", "parameters": map[string]string{"c": string(q.id), "v": "0", "who": "workers"}},
		"authorizationEventObject": map[string]any{
			"userIdToken": userToken, "systemIdToken": q.sign(q.system(path)), "userOAuthToken": q.demo.sim.UserToken(support),
		},
		"gmail": map[string]any{"messageId": q.message, "threadId": q.thread, "accessToken": message},
	})
	if err != nil {
		q.Fatal(err)
	}
	return b
}

// forged are tokens that nobody but a liar makes of a good one.
func forged(t *testing.T, good string) map[string]string {
	t.Helper()
	parts := strings.Split(good, ".")
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	mac := hmac.New(sha256.New, []byte("secret"))
	hs := segment(`{"alg":"HS256","typ":"JWT"}`) + "." + parts[1]
	mac.Write([]byte(hs))
	other := []byte(parts[2])
	other[10] ^= 1 // stays in the alphabet or not, both are wrong
	return map[string]string{
		"no signature":        parts[0] + "." + parts[1] + ".",
		"two parts":           parts[0] + "." + parts[1],
		"alg none":            segment(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + ".",
		"alg none, signature": segment(`{"alg":"none","typ":"JWT"}`) + "." + parts[1] + "." + parts[2],
		"HS256":               hs + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)),
		"short ES256":         segment(`{"alg":"ES256","typ":"JWT"}`) + "." + parts[1] + ".AAAA",
		"other signature":     parts[0] + "." + parts[1] + "." + string(other),
		"garbage":             "gar.ba.ge",
		"huge":                strings.Repeat("A", 20<<10),
	}
}

// wrong are tokens of the right issuer that say something else than a good one.
func wrong(q *quiet, good identity.Claims, path string) map[string]string {
	now := time.Now()
	change := func(f func(*identity.Claims)) string {
		c := good
		f(&c)
		return q.sign(c)
	}
	return map[string]string{
		"expired": change(func(c *identity.Claims) {
			c.IssuedAt, c.Expiry = now.Add(-2*time.Hour), now.Add(-time.Hour)
		}),
		"from the future": change(func(c *identity.Claims) {
			c.IssuedAt, c.Expiry = now.Add(30*time.Minute), now.Add(time.Hour)
		}),
		"for ten years":      change(func(c *identity.Claims) { c.Expiry = now.Add(87600 * time.Hour) }),
		"no audience":        change(func(c *identity.Claims) { c.Audience = "" }),
		"audience elsewhere": change(func(c *identity.Claims) { c.Audience = q.url + "/addon/do/close" }),
		"audience's host":    change(func(c *identity.Claims) { c.Audience = "https://baton.example.com" + path }),
		"audience's query":   change(func(c *identity.Claims) { c.Audience += "?a=b" }),
		"wrong issuer":       change(func(c *identity.Claims) { c.Issuer = "https://accounts.google.com" }),
		"unverified e-mail":  change(func(c *identity.Claims) { c.EmailVerified = false }),
		"no e-mail":          change(func(c *identity.Claims) { c.Email = "" }),
		"stranger's key":     strangersToken(q, good),
	}
}

// strangersToken is signed well, by an issuer of the same name with another key.
func strangersToken(q *quiet, c identity.Claims) string {
	q.Helper()
	other, err := issuer.New(issuer.Options{URL: q.url})
	if err != nil {
		q.Fatal(err)
	}
	token, err := other.Sign(c)
	if err != nil {
		q.Fatal(err)
	}
	return token
}

// refused posts and checks that nothing came of it: 401, nothing changed, one
// line in the log, which does not carry the token.
func (q *quiet) refused(t *testing.T, name, path, authorization string, body []byte, token string) {
	t.Helper()
	before := q.facts()
	q.log.take()
	if got := q.post(path, authorization, body); got != http.StatusUnauthorized {
		t.Errorf("%s: %s = %d, want 401", path, name, got)
	}
	logged := q.log.take()
	if len(logged) != 1 {
		t.Errorf("%s: %s: %d lines in the log, want 1: %q", path, name, len(logged), logged)
	}
	for _, part := range append(strings.Split(token, "."), token) {
		if len(part) > 8 && strings.Contains(strings.Join(logged, "\n"), part) {
			t.Errorf("%s: %s: the log carries the token: %q", path, name, logged)
		}
	}
	if diff := cmp.Diff(before, q.facts()); diff != "" {
		t.Errorf("%s: %s changed something (-before +after):\n%s", path, name, diff)
	}
}

// TestSystemToken tries every wrong token in the place of the add-on's.
func TestSystemToken(t *testing.T) {
	q := newQuiet(t)
	user := q.sign(q.user("ana@acme.test"))
	for _, path := range routes {
		body := q.event(user, path)
		good := q.sign(q.system(path))
		bad := wrong(q, q.system(path), path)
		maps.Copy(bad, forged(t, good))
		wrongAccount := q.system(path)
		wrongAccount.Email = "service-2@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
		bad["wrong account"] = q.sign(wrongAccount)
		bad["pusher"] = q.sign(q.pusher())
		bad["user token"] = user
		for _, name := range slices.Sorted(maps.Keys(bad)) {
			q.refused(t, name, path, "Bearer "+bad[name], body, bad[name])
		}
		q.refused(t, "no header", path, "", body, good)
		q.refused(t, "no token", path, "Bearer ", body, good)
		q.refused(t, "as basic", path, "Basic "+good, body, good)
		q.refused(t, "with a query", path+"?x=1", "Bearer "+good, body, good)
	}
	q.passes(t)
}

// TestUserToken tries every wrong token in the place of the person's.
func TestUserToken(t *testing.T) {
	q := newQuiet(t)
	for _, path := range routes {
		system := q.sign(q.system(path))
		good := q.sign(q.user("ana@acme.test"))
		bad := wrong(q, q.user("ana@acme.test"), path)
		maps.Copy(bad, forged(t, good))
		bad["system token"] = system
		bad["missing"] = ""
		for _, name := range slices.Sorted(maps.Keys(bad)) {
			q.refused(t, name, path, "Bearer "+system, q.event(bad[name], path), bad[name])
		}
	}
	q.passes(t)
}

// passes shows that the same events with good tokens do something, so that
// their refusal proves something.
func (q *quiet) passes(t *testing.T) {
	t.Helper()
	for _, path := range routes {
		body := q.event(q.sign(q.user("ana@acme.test")), path)
		if got := q.post(path, "Bearer "+q.sign(q.system(path)), body); got != http.StatusOK {
			t.Errorf("%s with good tokens = %d", path, got)
		}
	}
	q.settle()
	if got := q.facts().Assignee; got != "ana@acme.test" {
		t.Errorf("after a good event %q holds the conversation", got)
	}
}

// TestPushToken tries every wrong token at the push endpoint.
func TestPushToken(t *testing.T) {
	q := newQuiet(t)
	good := q.sign(q.pusher())
	bad := wrong(q, q.pusher(), "/push")
	maps.Copy(bad, forged(t, good))
	wrongAccount := q.pusher()
	wrongAccount.Email = "push@other-project.iam.gserviceaccount.com"
	bad["wrong account"] = q.sign(wrongAccount)
	bad["add-on"] = q.sign(q.system("/push"))
	bad["user token"] = q.sign(q.user("ana@acme.test"))
	body := envelope(support, 1<<62, demoSubscription)
	for _, name := range slices.Sorted(maps.Keys(bad)) {
		q.refused(t, name, "/push", "Bearer "+bad[name], body, bad[name])
	}
	q.refused(t, "no header", "/push", "", body, good)
	q.refused(t, "no token", "/push", "Bearer ", body, good)
	q.refused(t, "as basic", "/push", "Basic "+good, body, good)
	if got := q.demo.service.push.Stats().Refused; got != int64(len(bad)+3) {
		t.Errorf("%d refusals counted, want %d", got, len(bad)+3)
	}
}

// envelope is a push as Pub/Sub makes it.
func envelope(mailbox string, history uint64, subscription string) []byte {
	data := fmt.Sprintf(`{"emailAddress":%q,"historyId":%d}`, mailbox, history)
	return fmt.Appendf(nil, `{"message":{"data":%q,"messageId":"1"},"subscription":%q}`, base64.StdEncoding.EncodeToString([]byte(data)), subscription)
}

// TestMalformedEvents posts bodies that are no events, with good tokens.
func TestMalformedEvents(t *testing.T) {
	q := newQuiet(t)
	deep := strings.Repeat("[", 300_000) + strings.Repeat("]", 300_000)
	nested := `{"a":` + strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000) + "}"
	bodies := map[string]struct {
		text string
		want []int
	}{
		"empty":       {"", []int{400}},
		"no JSON":     {"hello", []int{400}},
		"cut off":     {`{"commonEventObject":{`, []int{400}},
		"array":       {`[]`, []int{400}},
		"null":        {`null`, []int{400}},
		"number":      {`1e400`, []int{400}},
		"two":         {`{}{}`, []int{400}},
		"deep array":  {deep, []int{400, 413}},
		"deep":        {nested, []int{400, 401}}, // an object without a person's token is refused as that
		"huge":        {`{"a":"` + strings.Repeat("x", wire.MaxEvent) + `"}`, []int{413}},
		"very huge":   {`{"a":"` + strings.Repeat("x", 20<<20) + `"}`, []int{413}},
		"not UTF-8":   {"{\"a\":\"\xff\xfe\"", []int{400}},
		"wrong types": {`{"commonEventObject":[],"authorizationEventObject":7,"gmail":"x"}`, []int{401}},
	}
	for _, path := range routes {
		token := "Bearer " + q.sign(q.system(path))
		for name, b := range bodies {
			before := q.facts()
			q.log.take()
			if got := q.post(path, token, []byte(b.text)); !slices.Contains(b.want, got) {
				t.Errorf("%s: %s = %d, want %v", path, name, got, b.want)
			}
			if logged := strings.Join(q.log.take(), "\n"); strings.Contains(logged, "panic") {
				t.Errorf("%s: %s: %s", path, name, logged)
			}
			if diff := cmp.Diff(before, q.facts()); diff != "" {
				t.Errorf("%s: %s changed something (-before +after):\n%s", path, name, diff)
			}
		}
	}
	q.passes(t)
}

// TestMalformedPushes posts what is no notification, or none of ours, with a
// good token: it is acknowledged, since it would only come again, and counted.
func TestMalformedPushes(t *testing.T) {
	q := newQuiet(t)
	data := func(s string) string {
		return `{"message":{"data":"` + base64.StdEncoding.EncodeToString([]byte(s)) + `"},"subscription":"` + demoSubscription + `"}`
	}
	garbage := []string{
		"", "hello", "[]", "null", "{}", `{"message":null}`, `{"message":7}`, `{"message":{"data":"%%%"}}`,
		data(""), data("[]"), data(`{}`), data(`{"emailAddress":"support@acme.test"}`), data(`{"historyId":5}`),
		data(`{"emailAddress":"support@acme.test","historyId":-1}`), data(`{"emailAddress":"support@acme.test","historyId":1.5}`),
		data(`{"emailAddress":"support@acme.test","historyId":18446744073709551616}`), data(`{"emailAddress":["a"],"historyId":5}`),
		strings.Repeat(`{"message":`, 5_000),
	}
	token := "Bearer " + q.sign(q.pusher())
	stats := q.demo.service.push.Stats()
	before := q.facts()
	post := func(name string, body []byte) {
		t.Helper()
		if got := q.post("/push", token, body); got != http.StatusNoContent {
			t.Errorf("push of %s = %d, want 204", name, got)
		}
	}
	for _, g := range garbage {
		post(fmt.Sprintf("%.60q", g), []byte(g))
	}
	post("64 kB and more", []byte(strings.Repeat("x", 70<<10)))
	post("an unknown mailbox", envelope("stranger@acme.test", 7, demoSubscription))
	post("another subscription", envelope(support, 1<<62, "projects/other/subscriptions/gmail"))
	post("no subscription", envelope(support, 1<<62, ""))
	q.settle()
	if diff := cmp.Diff(before, q.facts()); diff != "" {
		t.Errorf("the pushes changed something (-before +after):\n%s", diff)
	}
	stats.Garbage += int64(len(garbage))
	stats.TooLarge++
	stats.Unknown++
	stats.Foreign += 2
	if diff := cmp.Diff(stats, q.demo.service.push.Stats()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	q.log.take()
}
