package wire_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"baton/addon/card"
	"baton/addon/card/schema"
	"baton/addon/wire"
)

var small = card.Card{Header: card.Header{Title: "t"}}

const cardJSON = `{"header":{"title":"t"}}`

func TestEncode(t *testing.T) {
	link := &card.OpenLink{URL: "https://baton.test/x", Overlay: true, Reload: true}
	for name, c := range map[string]struct {
		kind wire.Kind
		in   wire.Answer
		want string
	}{
		"trigger is bare": {wire.Trigger, wire.Show(small), `{"action":{"navigations":[{"pushCard":` + cardJSON + `}]}}`},
		"action is wrapped": {wire.Action, wire.Submit{Render: wire.Render{
			Navigations: []wire.Navigation{wire.Pop(), wire.Update(small)}, Notify: " Taken\u202e "}, Changed: true},
			`{"renderActions":{"action":{"navigations":[{"pop":true},{"updateCard":` + cardJSON + `}],"notification":{"text":"Taken"}}},"stateChanged":true}`},
		"action without change": {wire.Action, wire.Render{Navigations: []wire.Navigation{wire.PopToRoot(), wire.PopTo("home")}},
			`{"renderActions":{"action":{"navigations":[{"popToRoot":true},{"popToCard":"home"}]}}}`},
		"link": {wire.Action, wire.Render{Open: link},
			`{"renderActions":{"action":{"link":{"onClose":"RELOAD","openAs":"OVERLAY","url":"https://baton.test/x"}}}}`},
		"open a draft": {wire.Action, wire.Submit{Render: wire.Render{Host: wire.OpenDraft{DraftID: "r1", ThreadID: "10"}}},
			`{"renderActions":{"hostAppAction":{"gmailAction":{"openCreatedDraftActionMarkup":{"draftId":"r1","draftThreadId":"10"}}}}}`},
		"change a draft": {wire.Action, wire.Render{Host: wire.UpdateDraft{Subject: "s", To: []string{"a@b.test", " "}, Bcc: []string{"c@d.test"}, Insert: "hi"}},
			`{"renderActions":{"hostAppAction":{"gmailAction":{"updateDraftActionMarkup":{"updateBody":{"insertContents":[{"content":"hi","contentType":"TEXT"}],"type":"IN_PLACE_INSERT"},` +
				`"updateSubject":{"subject":"s"},"updateToRecipients":{"toRecipients":[{"email":"a@b.test"}]},"updateBccRecipients":{"bccRecipients":[{"email":"c@d.test"}]}}}}}}`},
		"close compose":  {wire.Action, wire.Render{Host: wire.CloseCompose{}}, `{"renderActions":{"hostAppAction":{"gmailAction":{"addonComposeUiActionMarkup":{"type":"DISMISS"}}}}}`},
		"suggestions":    {wire.Suggest, wire.Suggestions{"Ana", "", "Ben\u200b"}, `{"autoComplete":{"items":[{"text":"Ana"},{"text":"Ben"}]}}`},
		"no suggestions": {wire.Suggest, wire.Suggestions(nil), `{"autoComplete":{"items":[]}}`},
		"sign in":        {wire.Trigger, wire.AskSignIn{"https://baton.test/in", "Baton"}, `{"basic_authorization_prompt":{"authorization_url":"https://baton.test/in","resource":"Baton"}}`},
		"own sign in":    {wire.Suggest, wire.AskSignInWith{wire.Show(small)}, `{"custom_authorization_prompt":{"action":{"navigations":[{"pushCard":` + cardJSON + `}]}}}`},
		"all scopes":     {wire.Action, wire.AskScopes{}, `{"requesting_google_scopes":{"all_scopes":true}}`},
		"some scopes":    {wire.Action, wire.AskScopes{[]string{"a", "b"}}, `{"requesting_google_scopes":{"scopes":["a","b"]}}`},
	} {
		var b bytes.Buffer
		if err := wire.Encode(&b, c.kind, c.in); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.TrimSpace(b.String()); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, c.want)
		}
		for _, err := range schema.Validate(b.Bytes(), c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind wire.Kind
		in   wire.Answer
	}{
		"nil":                    {wire.Trigger, nil},
		"unknown kind":           {0, wire.Show(small)},
		"kind beyond":            {9, wire.Show(small)},
		"submit for a trigger":   {wire.Trigger, wire.Submit{}},
		"card for suggestions":   {wire.Suggest, wire.Show(small)},
		"submit for suggestions": {wire.Suggest, wire.Submit{}},
		"suggestions, trigger":   {wire.Trigger, wire.Suggestions{"a"}},
		"suggestions, action":    {wire.Action, wire.Suggestions{"a"}},
		"zero navigation":        {wire.Trigger, wire.Render{Navigations: []wire.Navigation{{}}}},
		"pop to no name":         {wire.Action, wire.Render{Navigations: []wire.Navigation{wire.PopTo("")}}},
		"script link":            {wire.Action, wire.Render{Open: &card.OpenLink{URL: "javascript:x"}}},
		"draft without id":       {wire.Action, wire.Render{Host: wire.OpenDraft{ThreadID: "1"}}},
		"sign-in without page":   {wire.Action, wire.AskSignIn{"/in", "Baton"}},
		"sign-in without name":   {wire.Action, wire.AskSignIn{"https://baton.test", ""}},
		"bad own sign-in":        {wire.Action, wire.AskSignInWith{wire.Render{Navigations: []wire.Navigation{{}}}}},
		"empty draft change":     {wire.Action, wire.Render{Host: wire.UpdateDraft{}}},
	} {
		var b bytes.Buffer
		if err := wire.Encode(&b, c.kind, c.in); !errors.Is(err, wire.ErrAnswer) || b.Len() > 0 {
			t.Errorf("%s: %v, %d bytes written; want ErrAnswer and none", name, err, b.Len())
		}
	}
	full := errors.New("disk full")
	if err := wire.Encode(errWriter{full}, wire.Trigger, wire.Show(small)); !errors.Is(err, full) {
		t.Errorf("broken writer: %v", err)
	}
}

type errWriter struct{ err error }

func (w errWriter) Write([]byte) (int, error) { return 0, w.err }
