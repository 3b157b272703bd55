package cardtest

import (
	chatapi "google.golang.org/api/chat/v1"
)

// Button is anything with a text that can be clicked: a button, a menu entry, a footer button, a line.
type Button struct {
	Text       string // the alternative text when there is no other
	URL        string // where an action posts to
	Parameters map[string]string
	Link       string // the address that is opened instead
	Disabled   bool
	Filled     bool
	Required   []string // names of inputs that must be filled
}

// Input is anything that can be filled in.
type Input struct {
	Name, Label string
	Hint        string   // below a text's field
	Value       string   // of a text; milliseconds are not shown here
	Texts       []string // of the items to choose from, or of fixed suggestions
	Values      []string
	Selected    []string // values chosen; of a switch that is on, its value
	Complete    string   // where suggestions are asked for
	OnChange    string   // where a change is posted to
	Millis      int64    // of a date or time
	Multiline   bool
}

// Texts are all visible texts in order: title, headings, lines with their small lines, labels,
// buttons, choices. Tags are taken out and entities resolved.
func (c Card) Texts() []string {
	var all []string
	add := func(texts ...string) {
		for _, s := range texts {
			if s != "" {
				all = append(all, s)
			}
		}
	}
	add(c.Title, c.Subtitle)
	for _, m := range c.menu {
		add(m.Text)
	}
	for _, s := range c.sections {
		add(shown(s.Header))
		for _, w := range flat(s.Widgets) {
			if p := w.TextParagraph; p != nil {
				add(shown(p.Text))
			}
			if d := w.DecoratedText; d != nil {
				add(d.TopLabel, shown(d.Text), d.BottomLabel)
			}
			for _, b := range buttons(w) {
				add(b.Text)
			}
			if w.Image != nil {
				add(w.Image.AltText)
			}
			for _, in := range inputs(w) {
				add(in.Label, in.Value)
				add(in.Texts...)
			}
		}
	}
	for _, b := range c.footer {
		add(b.Text)
	}
	add(c.Notification)
	return all
}

// Button is the first thing to click with exactly that text, nil when there is none. Lines that can
// be clicked come last.
func (c Card) Button(text string) *Button {
	for _, b := range c.Buttons() {
		if b.Text == text {
			return &b
		}
	}
	return nil
}

// Buttons are all things to click, in order: menu, body, footer, then lines.
func (c Card) Buttons() []Button {
	all := append([]Button(nil), c.menu...)
	var lines []Button
	for _, s := range c.sections {
		for _, w := range flat(s.Widgets) {
			all = append(all, buttons(w)...)
			if d := w.DecoratedText; d != nil && d.OnClick != nil {
				lines = append(lines, click(Button{Text: shown(d.Text)}, d.OnClick))
			}
			if m := w.Image; m != nil && m.OnClick != nil {
				lines = append(lines, click(Button{Text: m.AltText}, m.OnClick))
			}
		}
	}
	return append(append(all, c.footer...), lines...)
}

// Input is the input of that name, nil when there is none.
func (c Card) Input(name string) *Input {
	for _, in := range c.Inputs() {
		if in.Name == name {
			return &in
		}
	}
	return nil
}

// Inputs are all inputs in order.
func (c Card) Inputs() []Input {
	var all []Input
	for _, s := range c.sections {
		for _, w := range flat(s.Widgets) {
			all = append(all, inputs(w)...)
		}
	}
	return all
}

// Images are the addresses of all pictures in the body.
func (c Card) Images() []string {
	var all []string
	for _, s := range c.sections {
		for _, w := range flat(s.Widgets) {
			if w.Image != nil {
				all = append(all, w.Image.ImageUrl)
			}
		}
	}
	return all
}

// flat gives the widgets of a section with those in columns in place of the columns.
func flat(in []*chatapi.GoogleAppsCardV1Widget) []*chatapi.GoogleAppsCardV1Widget {
	var all []*chatapi.GoogleAppsCardV1Widget
	for _, w := range in {
		if w.Columns == nil {
			all = append(all, w)
			continue
		}
		for _, col := range w.Columns.ColumnItems {
			for _, n := range col.Widgets {
				all = append(all, &chatapi.GoogleAppsCardV1Widget{
					TextParagraph: n.TextParagraph, DecoratedText: n.DecoratedText, Image: n.Image,
					ButtonList: n.ButtonList, TextInput: n.TextInput, SelectionInput: n.SelectionInput,
					DateTimePicker: n.DateTimePicker,
				})
			}
		}
	}
	return all
}

func buttons(w *chatapi.GoogleAppsCardV1Widget) []Button {
	var all []Button
	if w.ButtonList != nil {
		for _, b := range w.ButtonList.Buttons {
			all = append(all, button(b))
		}
	}
	if d := w.DecoratedText; d != nil && d.Button != nil {
		all = append(all, button(d.Button))
	}
	return all
}

func button(b *chatapi.GoogleAppsCardV1Button) Button {
	out := Button{Text: b.Text, Disabled: b.Disabled, Filled: b.Color != nil}
	if out.Text == "" {
		out.Text = b.AltText
	}
	return click(out, b.OnClick)
}

func click(b Button, c *chatapi.GoogleAppsCardV1OnClick) Button {
	if c == nil {
		return b
	}
	if a := c.Action; a != nil {
		b.URL, b.Required, b.Parameters = a.Function, a.RequiredWidgets, map[string]string{}
		for _, p := range a.Parameters {
			b.Parameters[p.Key] = p.Value
		}
	}
	if c.OpenLink != nil {
		b.Link = c.OpenLink.Url
	}
	return b
}

func inputs(w *chatapi.GoogleAppsCardV1Widget) []Input {
	switch {
	case w.TextInput != nil:
		return []Input{textInput(w.TextInput)}
	case w.SelectionInput != nil:
		s := w.SelectionInput
		in := Input{Name: s.Name, Label: s.Label, OnChange: function(s.OnChangeAction)}
		for _, it := range s.Items {
			in.Texts, in.Values = append(in.Texts, it.Text), append(in.Values, it.Value)
			if it.Selected {
				in.Selected = append(in.Selected, it.Value)
			}
		}
		return []Input{in}
	case w.DateTimePicker != nil:
		d := w.DateTimePicker
		return []Input{{Name: d.Name, Label: d.Label, Millis: d.ValueMsEpoch, OnChange: function(d.OnChangeAction)}}
	case w.DecoratedText != nil && w.DecoratedText.SwitchControl != nil:
		s := w.DecoratedText.SwitchControl
		in := Input{Name: s.Name, Values: []string{s.Value}, OnChange: function(s.OnChangeAction)}
		if s.Selected {
			in.Selected = in.Values
		}
		return []Input{in}
	}
	return nil
}

func textInput(x *chatapi.GoogleAppsCardV1TextInput) Input {
	in := Input{
		Name: x.Name, Label: x.Label, Hint: x.HintText, Value: x.Value, Multiline: x.Type == "MULTIPLE_LINE",
		Complete: function(x.AutoCompleteAction), OnChange: function(x.OnChangeAction),
	}
	if in.Label == "" {
		in.Label = x.HintText
	}
	if x.InitialSuggestions != nil {
		for _, it := range x.InitialSuggestions.Items {
			in.Texts = append(in.Texts, it.Text)
		}
	}
	return in
}

func function(a *chatapi.GoogleAppsCardV1Action) string {
	if a == nil {
		return ""
	}
	return a.Function
}
