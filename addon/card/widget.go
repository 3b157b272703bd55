package card

import (
	chatapi "google.golang.org/api/chat/v1"
)

type widgets = []*chatapi.GoogleAppsCardV1Widget

// TextParagraph is a block of text.
type TextParagraph struct {
	Text HTML
}

func (w TextParagraph) widget(f frame) widgets {
	text := f.formatted(w.Text, maxParagraph)
	if text == "" {
		return nil
	}
	return widgets{{TextParagraph: &chatapi.GoogleAppsCardV1TextParagraph{Text: text}}}
}

// DecoratedText is a line of text with small lines above and below and something at either end.
// The small lines are plain: Google's pages disagree on whether they are formatted, so angle brackets
// in them are replaced by lookalikes.
type DecoratedText struct {
	Top    string
	Text   HTML
	Bottom string
	Wrap   bool // long text breaks instead of ending in an ellipsis
	Icon   Icon // in front
	Click  Click
	End    End // behind: a Button, a Switch or an Icon
}

// End is what may stand at the end of a DecoratedText.
type End interface {
	end(f frame, d *chatapi.GoogleAppsCardV1DecoratedText)
}

func (b Button) end(f frame, d *chatapi.GoogleAppsCardV1DecoratedText) { d.Button = b.build(f) }
func (i Icon) end(_ frame, d *chatapi.GoogleAppsCardV1DecoratedText)   { d.EndIcon = i.build() }

func (w DecoratedText) widget(f frame) widgets {
	d := &chatapi.GoogleAppsCardV1DecoratedText{
		TopLabel:    f.label(w.Top),
		Text:        f.formatted(w.Text, maxLine),
		BottomLabel: f.label(w.Bottom),
		WrapText:    w.Wrap,
		StartIcon:   w.Icon.build(),
		OnClick:     onClick(w.Click),
	}
	if w.End != nil {
		w.End.end(f, d)
	}
	if d.Text == "" {
		if d.TopLabel == "" && d.BottomLabel == "" && d.Button == nil && d.SwitchControl == nil {
			return nil
		}
		d.Text = "–" // Google requires a text
	}
	return widgets{{DecoratedText: d}}
}

// Divider is a line across.
type Divider struct{}

func (Divider) widget(frame) widgets {
	return widgets{{Divider: &chatapi.GoogleAppsCardV1Divider{}}}
}

// Image is a picture over the full width.
type Image struct {
	URL   string // https, PNG or JPG, readable by everybody; or a data URL of at most 32 kB
	Alt   string
	Click Click
}

func (w Image) widget(f frame) widgets {
	url := imageURL(w.URL)
	if url == "" {
		return nil
	}
	return widgets{{Image: &chatapi.GoogleAppsCardV1Image{
		ImageUrl: url, AltText: f.plain(w.Alt, maxLabel), OnClick: onClick(w.Click),
	}}}
}

// Columns sets widgets side by side. On a narrow panel the right column wraps below the left.
// Google documents columns for add-ons in few places only, so nothing essential belongs in them.
type Columns struct {
	Left, Right []ColumnWidget
}

// ColumnWidget is a widget that may stand in a column: no dividers, no columns.
type ColumnWidget interface {
	Widget
	inColumn()
}

func (TextParagraph) inColumn() {}
func (DecoratedText) inColumn() {}
func (Image) inColumn()         {}
func (Buttons) inColumn()       {}
func (TextInput) inColumn()     {}
func (Selection) inColumn()     {}
func (DateTime) inColumn()      {}

func (w Columns) widget(f frame) widgets {
	var out chatapi.GoogleAppsCardV1Columns
	for _, side := range [][]ColumnWidget{w.Left, w.Right} {
		col := &chatapi.GoogleAppsCardV1Column{HorizontalSizeStyle: "FILL_AVAILABLE_SPACE"}
		for _, c := range side {
			if c != nil {
				col.Widgets = append(col.Widgets, nested(c.widget(f))...)
			}
		}
		if len(col.Widgets) > 0 {
			out.ColumnItems = append(out.ColumnItems, col)
		}
	}
	if len(out.ColumnItems) == 0 {
		return nil
	}
	return widgets{{Columns: &out}}
}

// nested turns widgets into the type that Google has for those inside columns.
func nested(in widgets) []*chatapi.GoogleAppsCardV1Widgets {
	var out []*chatapi.GoogleAppsCardV1Widgets
	for _, w := range in {
		out = append(out, &chatapi.GoogleAppsCardV1Widgets{
			TextParagraph: w.TextParagraph, DecoratedText: w.DecoratedText, Image: w.Image, ButtonList: w.ButtonList,
			TextInput: w.TextInput, SelectionInput: w.SelectionInput, DateTimePicker: w.DateTimePicker,
		})
	}
	return out
}
