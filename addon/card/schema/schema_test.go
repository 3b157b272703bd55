package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"baton/addon/card/schema"
	"baton/addon/wire"
)

const take = `{"action":{"function":"https://baton.test/do"}}`

// push is a trigger's answer with one card; widgets are set into its only section.
func push(widgets string) string {
	return cardIn(`"sections":[{"widgets":[` + widgets + `]}]`)
}

func cardIn(fields string) string {
	return `{"action":{"navigations":[{"pushCard":{"header":{"title":"t"},` + fields + `}}]}}`
}

func times(n int, s string) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func TestAccepts(t *testing.T) {
	for name, c := range map[string]struct {
		kind   wire.Kind
		answer string
	}{
		"everything": {wire.Trigger, push(`{"textParagraph":{"text":"a <b>b</b><br><a href=\"https://x.test/?a=1&amp;b\">c</a> <font color=\"#00ff00\"><i>d</i></font> 1 &lt; 2 > 0"}},
			{"divider":{}},{"buttonList":{"buttons":[{"text":"x","onClick":` + take + `,"color":{"red":0,"green":1,"blue":0.5}}]}},
			{"decoratedText":{"text":"x","topLabel":"y","switchControl":{"name":"a","value":"on","controlType":"CHECK_BOX"}}},
			{"textInput":{"name":"n","hintText":"h","type":"SINGLE_LINE","autoCompleteAction":{"function":"http://localhost:1/x"}}},
			{"selectionInput":{"name":"s","type":"MULTI_SELECT","multiSelectMaxSelectedItems":3,"items":[{"text":"a","value":"b"}]}},
			{"dateTimePicker":{"name":"d","valueMsEpoch":"1672531200000","timezoneOffsetDate":-60}},
			{"columns":{"columnItems":[{"widgets":[{"image":{"imageUrl":"https://x.test/p.png"}}]}]}}`)},
		"wrapped":        {wire.Action, `{"renderActions":{"action":{"notification":{"text":"Taken"}}},"stateChanged":true}`},
		"pop":            {wire.Action, `{"renderActions":{"action":{"navigations":[{"pop":true},{"popToCard":"home"}]}}}`},
		"no suggestions": {wire.Suggest, `{"autoComplete":{"items":[]}}`},
		"sign in":        {wire.Suggest, `{"basic_authorization_prompt":{"authorization_url":"https://x.test","resource":"Baton"}}`},
		"scopes":         {wire.Trigger, `{"requesting_google_scopes":{"all_scopes":true}}`},
	} {
		for _, err := range schema.Validate([]byte(c.answer), c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRefuses names the words that the error must hold.
func TestRefuses(t *testing.T) {
	button := func(fields string) string {
		return push(`{"buttonList":{"buttons":[{"text":"x",` + fields + `}]}}`)
	}
	text := func(s string) string { return push(fmt.Sprintf(`{"textParagraph":{"text":%q}}`, s)) }
	item := `{"text":"a","value":"b"}`
	for _, c := range []struct{ name, answer, want string }{
		{"empty", ``, "EOF"},
		{"not JSON", `<html>`, "invalid"},
		{"two values", push(`{"divider":{}}`) + `{}`, "more than one"},
		{"name twice", `{"action":{},"action":{}}`, "twice"},
		{"deep", strings.Repeat(`{"a":`, 60) + "1" + strings.Repeat("}", 60), "deep"},
		{"too large", text(strings.Repeat("x", 101<<10)), "bytes"},
		{"list", `[]`, "a list"},
		{"wrapped for a trigger", `{"renderActions":{"action":{}}}`, "unknown field"},
		{"endNavigation", `{"action":{"navigations":[{"endNavigation":"x"}]}}`, "unknown field"},
		{"two moves in one", `{"action":{"navigations":[{"pop":true,"popToRoot":true}]}}`, "has 2"},
		{"no move", `{"action":{"navigations":[{}]}}`, "has 0"},
		{"misspelt", push(`{"textParagraf":{"text":"x"}}`), "unknown field"},
		{"old host action", `{"hostAppAction":{"gmailAction":{"openCreatedDraftAction":{"draftId":"x"}}}}`, "unknown field"},
		{"no title", `{"action":{"navigations":[{"pushCard":{"header":{"subtitle":"x"}}}]}}`, "without title"},
		{"no header", `{"action":{"navigations":[{"pushCard":{"sections":[{"widgets":[{"divider":{}}]}]}}]}}`, "without header"},
		{"empty title", `{"action":{"navigations":[{"pushCard":{"header":{"title":""}}}]}}`, "empty text"},
		{"empty section", cardIn(`"sections":[{"widgets":[]}]`), "empty list"},
		{"section without widgets", cardIn(`"sections":[{"header":"x"}]`), "without widgets"},
		{"cardActions an object", cardIn(`"cardActions":{"actionLabel":"x"}`), "is an object"},
		{"two widgets in one", push(`{"divider":{},"textParagraph":{"text":"x"}}`), "has 2"},
		{"null", push(`null`), "null"},
		{"number for text", push(`{"textParagraph":{"text":7}}`), "a number"},
		{"text for truth", push(`{"decoratedText":{"text":"x","wrapText":"true"}}`), "a string"},
		{"fraction for a count", cardIn(`"sections":[{"collapsible":true,"uncollapsibleWidgetsCount":1.5,"widgets":[{"divider":{}}]}]`), "a number"},
		{"interaction", button(`"onClick":{"action":{"function":"https://x.test","interaction":"OPEN_DIALOG"}}`), "Chat"},
		{"button type", button(`"type":"FILLED","onClick":` + take), "Chat"},
		{"textSyntax", push(`{"textParagraph":{"text":"x","textSyntax":"MARKDOWN"}}`), "Chat"},
		{"contentText", push(`{"decoratedText":{"text":"x","contentText":{"text":"x"}}}`), "Chat"},
		{"materialIcon", push(`{"decoratedText":{"text":"x","startIcon":{"materialIcon":{"name":"home"}}}}`), "Chat"},
		{"carousel", push(`{"carousel":{"carouselCards":[]}}`), "Chat"},
		{"chipList", push(`{"chipList":{"chips":[]}}`), "preview"},
		{"data source", push(`{"selectionInput":{"name":"x","items":[` + item + `],"platformDataSource":{"commonDataSource":"USER"}}}`), "not for Gmail"},
		{"section id", cardIn(`"sections":[{"id":"x","widgets":[{"divider":{}}]}]`), "Studio"},
		{"button without click", push(`{"buttonList":{"buttons":[{"text":"x"}]}}`), "without onClick"},
		{"button without face", push(`{"buttonList":{"buttons":[{"onClick":` + take + `}]}}`), "has 0"},
		{"two clicks", button(`"onClick":{"action":{"function":"https://x.test"},"openLink":{"url":"https://x.test"}}`), "has 2"},
		{"relative function", button(`"onClick":{"action":{"function":"/do/take"}}`), "absolute"},
		{"function name", button(`"onClick":{"action":{"function":"onTake"}}`), "absolute"},
		{"function over http", button(`"onClick":{"action":{"function":"http://baton.test"}}`), "scheme"},
		{"script link", button(`"onClick":{"openLink":{"url":"javascript:alert(1)"}}`), "absolute"},
		{"empty parameter", button(`"onClick":{"action":{"function":"https://x.test","parameters":[{"key":"a","value":""}]}}`), "empty text"},
		{"parameter without value", button(`"onClick":{"action":{"function":"https://x.test","parameters":[{"key":"a"}]}}`), "without value"},
		{"indicator", button(`"onClick":{"action":{"function":"https://x.test","loadIndicator":"spinner"}}`), "not one of"},
		{"colour", button(`"color":{"red":255},"onClick":` + take), "out of range"},
		{"icon", push(`{"decoratedText":{"text":"x","startIcon":{"knownIcon":"SKULL"}}}`), "not one of"},
		{"two ends", push(`{"decoratedText":{"text":"x","endIcon":{"knownIcon":"STAR"},"button":{"text":"x","onClick":` + take + `}}}`), "has 2"},
		{"script", text("<script>x</script>"), "does not know"},
		{"image tag", text("<img src=x>"), "does not know"},
		{"bare <", text("1 < 2"), "does not know"},
		{"unclosed", text("<b>x"), "not closed"},
		{"crossed", text("<b><i>x</b></i>"), "closes nothing"},
		{"anchor without address", text("<a>x</a>"), "attribute"},
		{"script anchor", text(`<a href="javascript:x">x</a>`), "does not know"},
		{"anchor with more", text(`<a href="https://x.test" onclick="x">x</a>`), "does not know"},
		{"tag in a label", push(`{"decoratedText":{"text":"x","topLabel":"<b>"}}`), "may or may not"},
		{"tag in a heading", cardIn(`"sections":[{"header":"<h1>x","widgets":[{"divider":{}}]}]`), "does not know"},
		{"override", text("a\u202eb"), "U+202E"},
		{"zero width in a button", push(`{"buttonList":{"buttons":[{"text":"a` + "\u200b" + `","onClick":` + take + `}]}}`), "U+200B"},
		{"picture over http", push(`{"image":{"imageUrl":"http://x.test/p.png"}}`), "scheme"},
		{"SVG", push(`{"image":{"imageUrl":"data:image/svg+xml;base64,AA"}}`), "absolute"},
		{"input without name", push(`{"textInput":{"label":"x"}}`), "without name"},
		{"input without label", push(`{"textInput":{"name":"x"}}`), "has 0"},
		{"suggestions in many lines", push(`{"textInput":{"name":"x","label":"x","type":"MULTIPLE_LINE","initialSuggestions":{"items":[{"text":"a"}]}}}`), "single line"},
		{"101 choices", push(`{"selectionInput":{"name":"x","items":[` + times(101, item) + `]}}`), "at most 100"},
		{"two chosen", push(`{"selectionInput":{"name":"x","type":"DROPDOWN","items":[` + times(2, `{"text":"a","value":"b","selected":true}`) + `]}}`), "at most one"},
		{"most of a dropdown", push(`{"selectionInput":{"name":"x","type":"DROPDOWN","multiSelectMaxSelectedItems":2,"items":[` + item + `]}}`), "MULTI_SELECT"},
		{"choice without value", push(`{"selectionInput":{"name":"x","items":[{"text":"a"}]}}`), "without value"},
		{"101 widgets", push(times(101, `{"divider":{}}`)), "at most 100"},
		{"101 in two sections", cardIn(`"sections":[` + times(2, `{"widgets":[`+times(51, `{"divider":{}}`)+`]}`) + `]`), "102 widgets"},
		{"101 with columns", push(times(34, `{"columns":{"columnItems":[{"widgets":[`+times(2, `{"textParagraph":{"text":"x"}}`)+`]}]}}`)), "102 widgets"},
		{"101 sections", cardIn(`"sections":[` + times(101, `{"widgets":[{"divider":{}}]}`) + `]`), "101 entries"},
		{"three columns", push(`{"columns":{"columnItems":[` + times(3, `{"widgets":[{"textParagraph":{"text":"x"}}]}`) + `]}}`), "at most 2"},
		{"divider in a column", push(`{"columns":{"columnItems":[{"widgets":[{"divider":{}}]}]}}`), "unknown field"},
		{"footer without first", cardIn(`"fixedFooter":{"secondaryButton":{"text":"x","onClick":` + take + `}}`), "without primaryButton"},
		{"icon in the footer", cardIn(`"fixedFooter":{"primaryButton":{"text":"x","icon":{"knownIcon":"STAR"},"onClick":` + take + `}}`), "text buttons"},
		{"shown but not collapsible", cardIn(`"sections":[{"uncollapsibleWidgetsCount":1,"widgets":[{"divider":{}}]}]`), "does not collapse"},
		{"camel case prompt", `{"basicAuthorizationPrompt":{}}`, "unknown field"},
		{"prompt and card", `{"requesting_google_scopes":{"all_scopes":true},"action":{}}`, "unknown field"},
		{"two prompts", `{"requesting_google_scopes":{"all_scopes":true},"custom_authorization_prompt":{}}`, "has 2"},
		{"prompt without page", `{"basic_authorization_prompt":{"resource":"x"}}`, "without authorization_url"},
		{"unknown contentType", `{"hostAppAction":{"gmailAction":{"updateDraftActionMarkup":{"updateBody":{"type":"REPLACE","insertContents":[{"content":"x","contentType":"HTML"}]}}}}}`, "not one of"},
	} {
		errs := schema.Validate([]byte(c.answer), wire.Trigger)
		found := false
		for _, err := range errs {
			found = found || strings.Contains(err.Error(), c.want)
		}
		if !found {
			t.Errorf("%s: %v, want an error with %q", c.name, errs, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	bare, wrapped := push(`{"divider":{}}`), `{"renderActions":`+push(`{"divider":{}}`)+`}`
	suggest := `{"autoComplete":{"items":[{"text":"x"}]}}`
	for kind, good := range map[wire.Kind]string{wire.Trigger: bare, wire.Action: wrapped, wire.Suggest: suggest} {
		for _, answer := range []string{bare, wrapped, suggest} {
			if ok := schema.Validate([]byte(answer), kind) == nil; ok != (answer == good) {
				t.Errorf("%v accepts %.40s: %v", kind, answer, ok)
			}
		}
	}
}
