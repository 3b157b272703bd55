package card

import (
	"maps"
	"net"
	"net/url"
	"reflect"
	"slices"
	"strings"

	chatapi "google.golang.org/api/chat/v1"
)

// Click is what a click does: an [Action] or an [OpenLink].
type Click interface {
	click() *chatapi.GoogleAppsCardV1OnClick
}

// Action posts the event to an address of ours.
type Action struct {
	URL         string            // absolute https URL; http only on loopback
	Parameters  map[string]string // sent in order of their keys; empty values are left out, as are keys that Plain would change
	Quiet       bool              // no spinner while the answer is awaited
	Persist     bool              // what was typed stays in the inputs after the answer
	Required    []string          // names of inputs that must be filled
	AllRequired bool
}

// OpenLink opens an address in the browser.
type OpenLink struct {
	URL     string // https, mailto or tel; http only on loopback
	Overlay bool   // in a window above Gmail
	Reload  bool   // when that window closes, Gmail asks for the card again
}

func (a Action) click() *chatapi.GoogleAppsCardV1OnClick {
	if act := a.build(); act != nil {
		return &chatapi.GoogleAppsCardV1OnClick{Action: act}
	}
	return nil
}

// build gives nil for an action that cannot work: no callable address, or more than maxAction bytes
// of it. Parameters are never cut, since half an id would mean something else.
func (a *Action) build() *chatapi.GoogleAppsCardV1Action {
	if a == nil || !callable(a.URL) {
		return nil
	}
	out := &chatapi.GoogleAppsCardV1Action{Function: a.URL, PersistValues: a.Persist, AllWidgetsAreRequired: a.AllRequired}
	for _, key := range slices.Sorted(maps.Keys(a.Parameters)) {
		if value := a.Parameters[key]; nameable(key) && value != "" {
			out.Parameters = append(out.Parameters, &chatapi.GoogleAppsCardV1ActionParameter{Key: key, Value: value})
		}
	}
	for _, name := range a.Required {
		if nameable(name) && !a.AllRequired {
			out.RequiredWidgets = append(out.RequiredWidgets, name)
		}
	}
	out.LoadIndicator = "SPINNER"
	if a.Quiet {
		out.LoadIndicator = "NONE"
	}
	if a.size() > maxAction && len(appendJSON(nil, reflect.ValueOf(out))) > maxAction {
		return nil
	}
	return out
}

func (l OpenLink) click() *chatapi.GoogleAppsCardV1OnClick {
	if link := l.Link(); link != nil {
		return &chatapi.GoogleAppsCardV1OnClick{OpenLink: link}
	}
	return nil
}

// Link gives Google's form of l, nil when its address is not one a person may be sent to.
func (l OpenLink) Link() *chatapi.GoogleAppsCardV1OpenLink {
	url := openable(l.URL)
	if url == "" {
		return nil
	}
	out := &chatapi.GoogleAppsCardV1OpenLink{Url: url, OpenAs: "FULL_SIZE", OnClose: "NOTHING"}
	if l.Overlay {
		out.OpenAs = "OVERLAY"
	}
	if l.Reload {
		out.OnClose = "RELOAD"
	}
	return out
}

// size is no less than the bytes of JSON: a byte can take six, and each
// parameter brings its own names.
func (a *Action) size() int {
	n := 200 + 6*len(a.URL)
	for k, v := range a.Parameters {
		n += 30 + 6*(len(k)+len(v))
	}
	for _, r := range a.Required {
		n += 3 + 6*len(r)
	}
	return n
}

func onClick(c Click) *chatapi.GoogleAppsCardV1OnClick {
	if c == nil {
		return nil
	}
	return c.click()
}

// callable reports whether Gmail can post to s: https, or http on this machine, for the preview.
func callable(s string) bool {
	u, err := url.Parse(s)
	if err != nil || !asciiHost(u.Hostname()) || u.User != nil || len(s) > maxURL || !written(s) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

// openable gives the address a person may be sent to, "" when there is none.
func openable(s string) string {
	if u, err := url.Parse(s); err == nil && callable(u.String()) {
		return u.String() // letters beyond ASCII in the path are now escaped
	}
	if href, _ := linkable(s); href != "" {
		return href
	}
	if number, ok := strings.CutPrefix(s, "tel:"); ok && telephone(number) {
		return s
	}
	return ""
}

// written reports whether s holds only what may stand in a URL unescaped.
func written(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"\\^`{|}", c) >= 0 {
			return false
		}
	}
	return true
}

func telephone(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "+0123456789-.()") == ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// imageURL gives an address that Gmail can fetch a picture from, or a small picture itself as a data
// URL, "" otherwise.
func imageURL(s string) string {
	for _, kind := range []string{"data:image/png;base64,", "data:image/jpeg;base64,"} {
		if data, ok := strings.CutPrefix(s, kind); ok && len(s) <= maxImage && strings.Trim(data, base64Alphabet) == "" {
			return s
		}
	}
	if u, err := url.Parse(s); err == nil && callable(u.String()) {
		return u.String()
	}
	return ""
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
