package preview_test

// widgetsCard carries each widget that a Gmail card may carry.
func (d *desk) widgetsCard() m {
	items := l{m{"text": "Billing", "value": "billing", "selected": true}, m{"text": "Delivery", "value": "delivery"}, m{"text": hostile, "value": "x"}}
	pick := func(kind string) m {
		return m{"selectionInput": m{"name": kind, "label": kind, "type": kind, "items": items}}
	}
	dot := "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkaPhfDwAEgAH/0b4lKwAAAABJRU5ErkJggg=="
	return m{"name": "widgets", "header": m{"title": "All widgets", "subtitle": "for looking at"}, "sections": l{
		m{"header": "Choices", "widgets": l{pick("CHECK_BOX"), pick("RADIO_BUTTON"), pick("SWITCH"), pick("DROPDOWN"), pick("MULTI_SELECT")}},
		m{"header": "Times", "widgets": l{
			m{"dateTimePicker": m{"name": "moment", "label": "Snooze until", "type": "DATE_AND_TIME", "valueMsEpoch": "1795255200000"}},
			m{"dateTimePicker": m{"name": "day", "label": "Day", "type": "DATE_ONLY", "valueMsEpoch": "1795219200000"}},
			m{"dateTimePicker": m{"name": "hour", "label": "Time", "type": "TIME_ONLY", "valueMsEpoch": 32400000}},
		}},
		m{"widgets": l{
			m{"decoratedText": m{"text": "Tell me by mail", "switchControl": m{"name": "tell", "value": "yes", "selected": true}}},
			m{"decoratedText": m{"text": "Receipt", "endIcon": m{"knownIcon": "DESCRIPTION"}, "bottomLabel": hostile}},
			m{"divider": m{}},
			m{"textParagraph": m{"maxLines": 2, "text": "<font color=\"#b3261e\">Late</font> since <time>10:00</time>.<br>One line, <s>two</s> <u>three</u> &amp; <a href=\"https://example.com/\">a link</a><br>four<br>five<br>six"}},
			m{"image": m{"imageUrl": dot, "altText": "A dot"}},
			m{"grid": m{"title": "Grid", "columnCount": 2, "onClick": d.does("inputs"), "items": l{
				m{"id": "g1", "title": "First", "subtitle": "one", "image": m{"imageUri": dot}}, m{"id": "g2", "title": "Second"}}}},
			m{"columns": m{"columnItems": l{
				m{"widgets": l{m{"textParagraph": m{"text": "Median<br><b>1 h 04</b>"}}}},
				m{"widgets": l{m{"textParagraph": m{"text": "P90<br><b>5 h 40</b>"}}}}}}},
			m{"buttonList": m{"buttons": l{
				m{"text": "Send inputs", "type": "FILLED", "onClick": d.does("inputs", m{"persistValues": true})},
				m{"text": "Colour", "color": m{"red": 0.99, "green": 0.8, "blue": 0.2}, "onClick": d.does("inputs")},
				m{"icon": m{"materialIcon": m{"name": "more_vert"}}, "altText": "More", "onClick": m{"overflowMenu": m{"items": l{m{"text": "Open page", "onClick": m{"openLink": m{"url": d.url + "/"}}}}}}},
			}}},
		}},
	}}
}
