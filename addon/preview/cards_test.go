package preview_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

// hostile is text that must never become an element, a script or a link.
const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script><a href="javascript:alert(1)">x</a>`

// answer encodes a value; the tests' cards are literals and always encode.
func answer(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

type m = map[string]any
type l = []any

func bare(cards ...any) string {
	var navs l
	for _, c := range cards {
		navs = append(navs, m{"pushCard": c})
	}
	return answer(m{"action": m{"navigations": navs}})
}

func wrapped(note string, navs ...any) string {
	action := m{}
	if note != "" {
		action["notification"] = m{"text": note}
	}
	if len(navs) > 0 {
		action["navigations"] = navs
	}
	return answer(m{"renderActions": m{"action": action}, "stateChanged": true})
}

// script answers like a small add-on: a home card, a message card with every kind of widget.
func (d *desk) script() {
	d.addon.on("/addon/home", func(m) (int, string) { return 200, bare(d.homeCard()) })
	notes := l{"Billing has the receipt, ask <b>@Ben</b>"}
	d.addon.on("/addon/message", func(m) (int, string) { return 200, bare(d.messageCard(notes)) })
	d.addon.on("/addon/do/note", func(e m) (int, string) {
		text := formText(e, "note")
		notes = append(notes, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text))
		return 200, wrapped("Note added", m{"updateCard": d.messageCard(notes)})
	})
	d.addon.on("/addon/do/people", func(e m) (int, string) {
		var items l
		for _, n := range []string{"Ana Silva", "Ben Okafor", "Mia Holt"} {
			if strings.Contains(strings.ToLower(n), strings.ToLower(formText(e, "give"))) {
				items = append(items, m{"text": n})
			}
		}
		return 200, answer(m{"autoComplete": m{"items": items}})
	})
	d.addon.on("/addon/do/more", func(m) (int, string) { return 200, wrapped("", m{"pushCard": d.widgetsCard()}) })
	d.addon.on("/addon/do/unknown", func(m) (int, string) {
		return 200, wrapped("", m{"pushCard": m{"sections": l{m{"widgets": l{m{"textParagraph": m{"text": "x", "colour": "red"}}}}}}})
	})
	d.addon.on("/addon/do/inputs", func(m) (int, string) { return 200, wrapped("Inputs received") })
}

func formText(e m, name string) string {
	inputs, _ := e["commonEventObject"].(m)["formInputs"].(m)
	field, _ := inputs[name].(m)
	strs, _ := field["stringInputs"].(m)
	values, _ := strs["value"].(l)
	if len(values) == 0 {
		return ""
	}
	return fmt.Sprint(values[0])
}

func (d *desk) does(path string, extra ...m) m {
	action := m{"function": d.url + "/addon/do/" + path, "parameters": l{m{"key": "conversation", "value": "c-17"}, m{"key": "version", "value": "4"}}}
	for _, e := range extra {
		for k, v := range e {
			action[k] = v
		}
	}
	return m{"action": action}
}

func (d *desk) homeCard() m {
	row := func(text, small, icon string) m {
		return m{"decoratedText": m{"text": text, "bottomLabel": small, "startIcon": m{"materialIcon": m{"name": icon}}, "onClick": d.does("more")}}
	}
	return m{"name": "home", "header": m{"title": "My work", "subtitle": "Ana Silva, available"}, "sections": l{
		m{"header": "Mine (2)", "widgets": l{
			row("Refund for order 1042", "support@ · due in 1 h 12 min", "schedule"),
			row("Kann ich die Lieferadresse noch ändern?", "support@ · waiting since yesterday", "hourglass_empty"),
		}},
		m{"header": "Queue", "widgets": l{
			m{"decoratedText": m{"topLabel": "support@acme.test", "text": "<b>7</b> unassigned, oldest 3 h", "button": m{"text": "Take next", "onClick": d.does("note"), "type": "FILLED_TONAL"}}},
			m{"decoratedText": m{"topLabel": "sales@acme.test", "text": "<b>2</b> unassigned, oldest 20 min", "button": m{"text": "Take next", "onClick": d.does("note"), "type": "FILLED_TONAL"}}},
		}},
		m{"widgets": l{m{"selectionInput": m{"name": "availability", "label": "Availability", "type": "DROPDOWN", "items": l{
			m{"text": "Available", "value": "available", "selected": true}, m{"text": "Busy", "value": "busy"}, m{"text": "Away", "value": "away"}}}}}},
	}}
}

func (d *desk) messageCard(notes l) m {
	var lines l
	for _, n := range notes {
		lines = append(lines, m{"decoratedText": m{"topLabel": "Mia · 10:04", "text": n, "wrapText": true}})
	}
	lines = append(lines,
		m{"textInput": m{"name": "note", "label": "Write a note, @name to mention", "type": "MULTIPLE_LINE"}},
		m{"buttonList": m{"buttons": l{m{"text": "Add", "onClick": d.does("note", m{"requiredWidgets": l{"note"}})}}}})
	history := l{}
	for _, h := range []string{"Mia gave it to Ana", "Rule “refunds” routed it here", "Rosa Lind wrote"} {
		history = append(history, m{"decoratedText": m{"text": h, "bottomLabel": "today 10:02"}})
	}
	return m{"name": "conversation",
		"header":      m{"title": "Refund for order 1042", "subtitle": "support@acme.test · Open · High"},
		"cardActions": l{m{"actionLabel": "All widgets", "onClick": d.does("more")}, m{"actionLabel": "Broken answer", "onClick": d.does("unknown")}},
		"sections": l{
			m{"widgets": l{
				m{"decoratedText": m{"topLabel": "First reply due 14:20, in 1 h 12 min", "text": "<b>Ana Silva</b> holds this since 10:02", "bottomLabel": "Given by Mia Holt", "wrapText": true, "startIcon": m{"knownIcon": "PERSON"}}},
				m{"textInput": m{"name": "give", "label": "Give to", "autoCompleteAction": d.does("people")["action"]}},
				m{"buttonList": m{"buttons": l{m{"text": "Give", "onClick": d.does("inputs"), "type": "FILLED_TONAL"}, m{"text": "Snooze", "onClick": d.does("inputs")}, m{"text": "Close", "onClick": d.does("inputs")}}}},
				m{"textParagraph": m{"text": "Ben started a reply <i>2 min ago</i>. " + hostile}},
			}},
			m{"header": fmt.Sprintf("Notes (%d)", len(notes)), "widgets": lines},
			m{"header": "Customer", "collapsible": true, "widgets": l{m{"decoratedText": m{"text": "Rosa Lind", "bottomLabel": "3 earlier threads"}}}},
			m{"header": "History", "collapsible": true, "uncollapsibleWidgetsCount": 1, "widgets": history},
		},
		"fixedFooter": m{"primaryButton": m{"text": "Reply as support@", "onClick": d.does("more")}, "secondaryButton": m{"text": "Close", "onClick": d.does("inputs")}},
	}
}
