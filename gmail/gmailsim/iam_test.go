package gmailsim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/api/iamcredentials/v1"
	"google.golang.org/api/option"

	"baton/gmail/gmailsim"
)

const visitor = "visitor@acme-proj.iam.gserviceaccount.com"

// iam gives Google's client with a caller's token.
func (w *world) iam(token string) *iamcredentials.ProjectsServiceAccountsService {
	w.t.Helper()
	svc, err := iamcredentials.NewService(context.Background(), option.WithEndpoint(w.url),
		option.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})))
	noError(w.t, err)
	return svc.Projects.ServiceAccounts
}

func claims(t *testing.T, change map[string]any) string {
	now := time.Now()
	c := map[string]any{"iss": robot, "sub": support, "scope": gmailsim.Modify, "aud": "https://oauth2.googleapis.com/token", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	for k, v := range change {
		c[k] = v
	}
	return string(must(json.Marshal(c))(t))
}

func (w *world) exchange(assertion string) (*oauth2.Token, error) {
	conf := oauth2.Config{Endpoint: oauth2.Endpoint{TokenURL: w.url + "/token", AuthStyle: oauth2.AuthStyleInParams}}
	return conf.Exchange(context.Background(), "", oauth2.SetAuthURLParam("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), oauth2.SetAuthURLParam("assertion", assertion))
}

func TestSignJwt(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now, Dir: t.TempDir()})
	noError(t, w.Grant(robot, gmailsim.Modify))
	name := "projects/-/serviceAccounts/" + robot
	sign := func(token, payload string) (*iamcredentials.SignJwtResponse, error) {
		return w.iam(token).SignJwt(name, &iamcredentials.SignJwtRequest{Payload: payload}).Do()
	}
	caller := w.CallerToken(visitor)
	wantStatus := func(name string, err error, code int) {
		t.Helper()
		e := googleError(err)
		if e == nil || e.Code != code {
			t.Errorf("%s: got %v, want %d", name, err, code)
		}
	}
	_, err := sign(caller, claims(t, nil))
	wantStatus("no right", err, 403)
	if e := googleError(err); e == nil || !strings.Contains(e.Message, "iam.serviceAccounts.signJwt") || !strings.Contains(e.Body, "IAM_PERMISSION_DENIED") {
		t.Errorf("got %v", err)
	}
	noError(t, w.SetSigners(robot, visitor))
	_, err = sign("rubbish", claims(t, nil))
	wantStatus("no token", err, 401)
	_, err = sign(w.MailboxToken(support), claims(t, nil))
	wantStatus("a mailbox's token", err, 401)
	_, err = sign(w.CallerToken(robot), claims(t, nil))
	wantStatus("another caller, though it is the account itself", err, 403)
	_, err = sign(caller, "no JSON")
	wantStatus("no claims", err, 400)
	_, err = sign(caller, claims(t, map[string]any{"exp": time.Now().Add(13 * time.Hour).Unix()}))
	wantStatus("too long", err, 400)
	_, err = w.iam(caller).GenerateAccessToken(name, &iamcredentials.GenerateAccessTokenRequest{Scope: []string{gmailsim.Modify}}).Do()
	wantStatus("another method", err, 404)

	r := must(sign(caller, claims(t, nil)))(t)
	if again := must(sign(caller, claims(t, nil)))(t); again.KeyId != r.KeyId || r.KeyId == "" {
		t.Errorf("keys %q and %q, want one", r.KeyId, again.KeyId)
	}
	tok := must(w.exchange(r.SignedJwt))(t)
	noError(t, errOf(w.client(tok.AccessToken).Users.GetProfile("me").Do()))
	for name, change := range map[string]map[string]any{
		"other audience": {"aud": w.url + "/token"}, "other issuer": {"iss": visitor}, "over": {"exp": time.Now().Add(-time.Second).Unix()},
		"more than an hour": {"exp": time.Now().Add(2 * time.Hour).Unix()}, "nobody": {"sub": "nobody@acme.test"},
	} {
		_, err := w.exchange(must(sign(caller, claims(t, change)))(t).SignedJwt)
		wantOAuth(t, name, err, "invalid_grant")
	}
	noError(t, w.SetSigners(robot))
	_, err = sign(caller, claims(t, nil))
	wantStatus("the right taken away", err, 403)
	if got := w.AccessCalls(); got[gmailsim.MethodSignJwt] < 10 || got[gmailsim.MethodToken] != 6 {
		t.Errorf("calls %v", got)
	}
}

// TestSignJwtIsGoogles holds the answers to Google's document.
func TestSignJwtIsGoogles(t *testing.T) {
	out := must(exec.Command("go", "list", "-f", "{{.Dir}}", "google.golang.org/api/iamcredentials/v1").Output())(t)
	data := must(os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "iamcredentials-api.json")))(t)
	doc := &discovery{byID: map[string]*apiMethod{}}
	noError(t, json.Unmarshal(data, doc))
	doc.collect(doc.resource)
	m := doc.byID["iamcredentials.projects.serviceAccounts.signJwt"]
	if m == nil || m.HTTPMethod != "POST" || m.Path != "v1/{+name}:signJwt" {
		t.Fatalf("the document has %+v", m)
	}
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	noError(t, w.SetSigners(robot, visitor))
	body := must(json.Marshal(map[string]any{"payload": claims(t, nil)}))(t)
	req := must(http.NewRequest("POST", w.url+"/v1/projects/-/serviceAccounts/"+robot+":signJwt", strings.NewReader(string(body))))(t)
	req.Header.Set("Authorization", "Bearer "+w.CallerToken(visitor))
	res := must(http.DefaultClient.Do(req))(t)
	defer res.Body.Close()
	var answer any
	noError(t, json.NewDecoder(res.Body).Decode(&answer))
	if got := doc.check(m.Response, answer, "signJwt"); len(got) > 0 || res.StatusCode != 200 {
		t.Errorf("%d: %v", res.StatusCode, got)
	}
	if got := doc.check(&schema{Ref: "SignJwtRequest"}, map[string]any{"payload": "x", "delegates": []any{}}, "request"); len(got) > 0 {
		t.Error(got)
	}
}

// TestAccessOutlivesRestart opens the same directory again.
func TestAccessOutlivesRestart(t *testing.T) {
	dir := t.TempDir()
	one := must(gmailsim.New(gmailsim.Options{Dir: dir}))(t)
	noError(t, one.AddMailbox(gmailsim.Mailbox{Address: support}))
	noError(t, one.AddMailbox(gmailsim.Mailbox{Address: ana}))
	old := one.MailboxToken(support)
	noError(t, one.EndTokens(support))
	noError(t, one.SetSigners(robot, visitor))
	noError(t, one.SetCondition(ana, gmailsim.GmailOff))
	caller, fresh := one.CallerToken(visitor), one.MailboxToken(support)
	noError(t, one.Close(context.Background()))

	w := &world{t: t, Server: must(gmailsim.New(gmailsim.Options{Dir: dir}))(t)}
	w.url = serve(t, w.Server)
	t.Cleanup(func() { noError(t, w.Close(context.Background())) })
	profile := func(tok string) error { return errOf(w.client(tok).Users.GetProfile("me").Do()) }
	wantError(t, profile(old), 401, "authError", "")
	noError(t, profile(fresh))
	noError(t, profile(w.MailboxToken(support)))
	wantError(t, profile(w.MailboxToken(ana)), 400, "failedPrecondition", "Mail service not enabled")
	must(w.iam(caller).SignJwt("projects/-/serviceAccounts/"+robot, &iamcredentials.SignJwtRequest{Payload: claims(t, nil)}).Do())(t)
}

// TestAccessFaults makes each way to a token fail in the shape of its endpoint.
func TestAccessFaults(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Now: time.Now})
	noError(t, w.SetSigners(robot, visitor))
	noError(t, w.Grant(robot, gmailsim.Modify))
	sign := func() (*iamcredentials.SignJwtResponse, error) {
		return w.iam(w.CallerToken(visitor)).SignJwt("projects/-/serviceAccounts/"+robot, &iamcredentials.SignJwtRequest{Payload: claims(t, nil)}).Do()
	}
	signed := must(sign())(t).SignedJwt
	var calls []gmailsim.Call
	w.SetAccessFault(func(c gmailsim.Call) *gmailsim.Fault {
		calls = append(calls, c)
		return &gmailsim.Fault{Status: 503, Reason: "temporarily_unavailable", Message: "busy"}
	})
	_, err := w.exchange(signed)
	wantOAuth(t, "token", err, "temporarily_unavailable")
	if _, err := sign(); googleError(err) == nil || googleError(err).Code != 503 {
		t.Errorf("signJwt: %v", err)
	}
	for _, path := range []string{"/o/oauth2/v2/auth?login_hint=" + ana, "/auth"} {
		res := must(http.Get(w.url + path))(t)
		res.Body.Close()
		if res.StatusCode != 503 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	res := must(http.PostForm(w.url+"/revoke", url.Values{"token": {"x"}}))(t)
	res.Body.Close()
	var got []string
	for _, c := range calls {
		got = append(got, c.Method+" "+c.Mailbox)
	}
	if want := "token " + support + ",signJwt ,auth " + ana + ",auth ,revoke "; strings.Join(got, ",") != want || calls[4].N != 6 || calls[3].MethodN != 2 {
		t.Errorf("calls %v, %+v; want %s", got, calls, want)
	}
	w.SetAccessFault(func(gmailsim.Call) *gmailsim.Fault { return &gmailsim.Fault{} })
	must(w.exchange(signed))(t)
}
