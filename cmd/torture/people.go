package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"baton/desk"
	"baton/desk/identity"
)

// people press the buttons of the add-on's cards over HTTP, as Google would
// post them. Who gets no good answer presses again.
type people struct {
	google *google
	fleet  *fleet
	mails  *mailman
	client *http.Client

	done, presses atomic.Int64
}

const (
	peopleAtOnce  = 8
	pressDeadline = 5 * time.Second
	pressAgain    = 60 * time.Millisecond
	// giveUp is how often a button is pressed before it counts as broken: far
	// more often than children die.
	giveUp = 2000
)

// run has everybody act on the conversations that are ready, until all have or
// no more become so.
func (p *people) run(ctx context.Context, all []*thread) error {
	var waiting []*thread
	for _, t := range all {
		if len(t.acts) > 0 {
			waiting = append(waiting, t)
		}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ready := make(chan *thread)
	var work sync.WaitGroup
	for range peopleAtOnce {
		work.Go(func() {
			for t := range ready {
				if err := p.actAll(ctx, t); err != nil {
					cancel(err)
				}
			}
		})
	}
	moved, seen := time.Now(), 0
	for len(waiting) > 0 && ctx.Err() == nil {
		p.mails.look()
		if _, worn := p.mails.counts(); worn != seen {
			moved, seen = time.Now(), worn
		}
		if time.Since(moved) > patience {
			break // these mails are lost, as the judge will see
		}
		var later []*thread
		for _, t := range waiting {
			if !p.mails.recorded(t) {
				later = append(later, t)
				continue
			}
			select {
			case ready <- t:
			case <-ctx.Done():
			}
		}
		waiting = later
		_ = sleep(ctx, 300*time.Millisecond) // the loop sees that ctx ended
	}
	close(ready)
	work.Wait()
	return context.Cause(ctx)
}

// actAll does what is planned for one conversation, all at the same time, and
// brings the mails that come after.
func (p *people) actAll(ctx context.Context, t *thread) error {
	errs := make([]error, len(t.acts))
	var work sync.WaitGroup
	for i, a := range t.acts {
		work.Go(func() { errs[i] = p.act(ctx, t, a) })
	}
	work.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for k := range t.late {
		if err := p.mails.bring(ctx, t, len(t.mails)+k); err != nil {
			return err
		}
	}
	return nil
}

// act presses one button until it is answered well.
func (p *people) act(ctx context.Context, t *thread, a act) error {
	path, parameters, form, want := button(t, a)
	parameters["c"] = string(desk.ConversationOf(desk.Mailbox(t.box.address), desk.ThreadID(p.mails.at(t).thread)))
	var last error
	for range giveUp {
		p.presses.Add(1)
		version, err := p.version(ctx, a, parameters)
		parameters["v"] = version
		var said string
		if err == nil {
			said, _, err = p.press(ctx, a.by, path, parameters, form)
		}
		if err == nil && good(said, want) {
			p.done.Add(1)
			return nil
		}
		if last = err; err == nil {
			last = fmt.Errorf("the answer said %q, want %q", said, want)
		}
		if sleep(ctx, pressAgain) != nil {
			break
		}
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return fmt.Errorf("%s on conversation %d was never answered well: %w", a.verb, t.n, last)
}

var versionIn = regexp.MustCompile(`"key":\s*"v",\s*"value":\s*"(\d+)"`)

// version opens a conversation's card, as somebody does before they close it,
// and gives the version that its buttons carry: a press that comes through only
// after a later mail must not close what nobody has read. The other acts do not
// depend on it.
func (p *people) version(ctx context.Context, a act, parameters map[string]string) (string, error) {
	if a.verb != closing {
		return "0", nil
	}
	_, text, err := p.press(ctx, a.by, "/addon/do/open", parameters, nil)
	if err != nil {
		return "", err
	}
	m := versionIn.FindSubmatch(text)
	if m == nil {
		return "", fmt.Errorf("no version in the card %.300s", text)
	}
	return string(m[1]), nil
}

// good tells whether an answer says what it should. A mailbox that lets people
// take replies back says when they go; a press whose first answer was lost finds
// done what it did.
func good(said, want string) bool {
	return said == want || said == already || want == replied && strings.HasPrefix(said, "Sends in ")
}

const already = "It is so already. Nothing was changed."

const replied = "Your reply is on its way."

// button gives what a press posts, and what a good answer says.
func button(t *thread, a act) (path string, parameters map[string]string, form map[string]string, want string) {
	parameters, form = map[string]string{}, map[string]string{}
	switch a.verb {
	case take:
		return "/addon/do/take", parameters, form, "You hold this now."
	case give:
		form["person"], form["why"] = a.to, "Yours"
		return "/addon/do/give", parameters, form, "Given to " + fullNames[a.to] + "."
	case closing:
		return "/addon/do/close", parameters, form, "Closed."
	case tagging:
		form["tag"] = a.text
		return "/addon/do/sort", parameters, form, "Saved."
	case reply:
		form["to"], form["text"], form["then"] = t.customer(), "Hello,\n\n"+a.text+"\n", a.then
		parameters["once"] = fmt.Sprintf("reply%d", t.n)
		return "/addon/do/reply", parameters, form, replied
	}
	form["note"], parameters["once"] = a.text, fmt.Sprintf("once%d", t.n)
	return "/addon/do/note", parameters, form, "Note added."
}

// press posts one event and gives the line that the answer shows, and the whole
// answer.
func (p *people) press(ctx context.Context, who, path string, parameters, form map[string]string) (string, []byte, error) {
	address, err := p.fleet.any()
	if err != nil {
		return "", nil, err
	}
	system, err := p.google.token(identity.Claims{Audience: publicURL + path, Email: addonAccount, EmailVerified: true, Subject: "1"})
	if err != nil {
		return "", nil, err
	}
	user, err := p.google.token(identity.Claims{Audience: clientID, Email: who, EmailVerified: true, Subject: identity.Subject("sub-" + who)})
	if err != nil {
		return "", nil, err
	}
	inputs := map[string]any{}
	for name, v := range form {
		inputs[name] = map[string]any{"stringInputs": map[string]any{"value": []string{v}}}
	}
	body, err := json.Marshal(map[string]any{
		"commonEventObject":        map[string]any{"hostApp": "GMAIL", "parameters": parameters, "formInputs": inputs},
		"authorizationEventObject": map[string]any{"userIdToken": user, "systemIdToken": system},
	})
	if err != nil {
		return "", nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+path, bytes.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	req.Header.Set("Authorization", "Bearer "+system)
	req.Header.Set("Content-Type", "application/json")
	res, err := p.client.Do(req)
	if err != nil {
		return "", nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", nil, err
	}
	var answer struct {
		RenderActions struct {
			Action struct{ Notification struct{ Text string } }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", nil, fmt.Errorf("status %d, %.200s", res.StatusCode, strings.TrimSpace(string(text)))
	}
	return answer.RenderActions.Action.Notification.Text, text, nil
}
