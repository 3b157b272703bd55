package gmailsim_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// schema is a node of the discovery document's schema language, as far as Gmail uses it.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       string             `json:"type"`
	Format     string             `json:"format"`
	Enum       []string           `json:"enum"`
	Items      *schema            `json:"items"`
	Properties map[string]*schema `json:"properties"`
	Desc       string             `json:"description"`
}

// apiMethod is a method of the discovery document.
type apiMethod struct {
	ID         string          `json:"id"`
	HTTPMethod string          `json:"httpMethod"`
	Path       string          `json:"path"`
	Response   *schema         `json:"response"`
	Scopes     []string        `json:"scopes"`
	Upload     json.RawMessage `json:"mediaUpload"`
	pattern    *regexp.Regexp
}

type resource struct {
	Methods   map[string]*apiMethod `json:"methods"`
	Resources map[string]resource   `json:"resources"`
}

// discovery is Google's own description of the Gmail API.
type discovery struct {
	Schemas map[string]*schema `json:"schemas"`
	resource
	byID map[string]*apiMethod
}

// loadDiscovery reads the document that comes with Google's client.
var loadDiscovery = sync.OnceValues(func() (*discovery, error) {
	out, err := exec.Command("go", "list", "-f", "{{.Dir}}", "google.golang.org/api/gmail/v1").Output()
	if err != nil {
		return nil, fmt.Errorf("finding Google's client: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "gmail-api.json"))
	if err != nil {
		return nil, err
	}
	d := &discovery{byID: map[string]*apiMethod{}}
	if err := json.Unmarshal(data, d); err != nil {
		return nil, err
	}
	d.collect(d.resource)
	return d, nil
})

func (d *discovery) collect(r resource) {
	for _, m := range r.Methods {
		text := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(m.Path), `[^/]+`)
		m.pattern = regexp.MustCompile("^/(upload/)?" + text + "$")
		d.byID[m.ID] = m
	}
	for _, sub := range r.Resources {
		d.collect(sub)
	}
}

// find gives the method that a request is for; fixed words win over ids.
func (d *discovery) find(method, path string) *apiMethod {
	var found *apiMethod
	for _, m := range d.byID {
		if m.HTTPMethod == method && m.pattern.MatchString(path) && (found == nil || strings.Count(m.Path, "{") < strings.Count(found.Path, "{")) {
			found = m
		}
	}
	return found
}

// check says what is wrong with a value, or nothing.
func (d *discovery) check(s *schema, v any, at string) []string {
	if s.Ref != "" {
		if s = d.Schemas[s.Ref]; s == nil {
			return []string{at + ": schema is missing"}
		}
	}
	bad := func(want string) []string { return []string{fmt.Sprintf("%s: got %v (%T), want %s", at, v, v, want)} }
	switch s.Type {
	case "object":
		m, ok := v.(map[string]any)
		if !ok {
			return bad("an object")
		}
		var out []string
		for k, x := range m {
			p := s.Properties[k]
			if p == nil {
				out = append(out, at+"."+k+": unknown field")
				continue
			}
			out = append(out, d.check(p, x, at+"."+k)...)
		}
		return out
	case "array":
		list, ok := v.([]any)
		if !ok {
			return bad("an array")
		}
		var out []string
		for i, x := range list {
			out = append(out, d.check(s.Items, x, at+"["+strconv.Itoa(i)+"]")...)
		}
		return out
	case "string":
		t, ok := v.(string)
		if !ok || !stringFits(s, t) {
			return bad("a string " + s.Format + strings.Join(s.Enum, "|"))
		}
	case "integer":
		n, ok := v.(float64)
		if !ok || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 || s.Format == "uint32" && n < 0 {
			return bad("an integer " + s.Format)
		}
	case "boolean":
		if _, ok := v.(bool); !ok {
			return bad("a boolean")
		}
	default:
		return bad("type " + s.Type)
	}
	return nil
}

func stringFits(s *schema, t string) bool {
	var err error
	switch s.Format {
	case "uint64":
		_, err = strconv.ParseUint(t, 10, 64)
	case "int64":
		_, err = strconv.ParseInt(t, 10, 64)
	case "byte":
		_, err = base64.URLEncoding.DecodeString(t)
	}
	return err == nil && (len(s.Enum) == 0 || slices.Contains(s.Enum, t))
}

// checkAnswer holds one answer to the document.
func (d *discovery) checkAnswer(m *apiMethod, code int, body []byte) []string {
	if code >= 400 {
		return checkError(code, body)
	}
	if m.Response == nil {
		if code != http.StatusNoContent || len(body) > 0 {
			return []string{fmt.Sprintf("%s: got %d with %d bytes, want an empty answer", m.ID, code, len(body))}
		}
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil || code != http.StatusOK {
		return []string{fmt.Sprintf("%s: got %d, %v", m.ID, code, err)}
	}
	return d.check(m.Response, v, m.ID)
}

// checkError holds an error to the shape that Google's clients read.
func checkError(code int, body []byte) []string {
	var v struct {
		Error struct {
			Code    int
			Message string
			Status  string
			Errors  []struct{ Message, Domain, Reason string }
		}
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return []string{fmt.Sprintf("error %d: %v", code, err)}
	}
	e := v.Error
	if e.Code != code || e.Message == "" || e.Status == "" || len(e.Errors) != 1 || e.Errors[0].Domain == "" || e.Errors[0].Reason == "" || e.Errors[0].Message != e.Message {
		return []string{fmt.Sprintf("error %d: incomplete: %s", code, body)}
	}
	return nil
}

// checker stands before a server and holds all of its answers to the document.
type checker struct {
	t    testing.TB
	next http.Handler
	doc  *discovery

	mu   sync.Mutex
	seen map[string]bool // method ids that were answered with success
}

func newChecker(t testing.TB, next http.Handler) *checker {
	t.Helper()
	doc, err := loadDiscovery()
	if err != nil {
		t.Fatal(err)
	}
	return &checker{t: t, next: next, doc: doc, seen: map[string]bool{}}
}

// tee copies what a handler answers.
type tee struct {
	http.ResponseWriter
	code int
	body bytes.Buffer
}

func (w *tee) WriteHeader(code int) { w.code = code; w.ResponseWriter.WriteHeader(code) }

func (w *tee) Write(b []byte) (int, error) { w.body.Write(b); return w.ResponseWriter.Write(b) }

func (c *checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out := &tee{ResponseWriter: w, code: http.StatusOK}
	c.next.ServeHTTP(out, r)
	m := c.doc.find(r.Method, r.URL.EscapedPath())
	if m == nil {
		return
	}
	for _, complaint := range c.doc.checkAnswer(m, out.code, out.body.Bytes()) {
		c.t.Errorf("%s %s: %s", r.Method, r.URL, complaint)
	}
	if out.code < 400 {
		c.mu.Lock()
		c.seen[m.ID] = true
		c.mu.Unlock()
	}
}
