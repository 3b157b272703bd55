package card

import (
	"time"

	chatapi "google.golang.org/api/chat/v1"
)

// TextInput is a field to type into. It needs a name; without Label and Hint the name is its label.
type TextInput struct {
	Name        string
	Label, Hint string
	Value       string // at most maxValue characters are sent
	Multiline   bool
	Limit       int      // characters accepted, 0 for any
	Suggestions []string // fixed ones, at most 100; they make the field single line
	Complete    *Action  // asked for suggestions while somebody types
	OnChange    *Action
}

func (w TextInput) widget(f frame) widgets {
	if !nameable(w.Name) {
		return nil
	}
	out := &chatapi.GoogleAppsCardV1TextInput{
		Name: w.Name, Label: f.plain(w.Label, maxLabel), HintText: f.plain(w.Hint, maxLabel),
		Value: cut(Clean(w.Value), maxValue), Type: "SINGLE_LINE",
		AutoCompleteAction: w.Complete.build(), OnChangeAction: w.OnChange.build(),
	}
	if out.Label == "" && out.HintText == "" {
		out.Label = w.Name
	}
	if w.Limit > 0 {
		out.Validation = &chatapi.GoogleAppsCardV1Validation{CharacterLimit: int64(w.Limit)}
	}
	var items []*chatapi.GoogleAppsCardV1SuggestionItem
	for _, s := range w.Suggestions {
		if text := Plain(s, f.limit(maxItem)); text != "" && len(items) < f.items {
			items = append(items, &chatapi.GoogleAppsCardV1SuggestionItem{Text: text})
		}
	}
	if len(items) > 0 {
		out.InitialSuggestions = &chatapi.GoogleAppsCardV1Suggestions{Items: items}
	}
	if w.Multiline && len(items) == 0 && out.AutoCompleteAction == nil {
		out.Type = "MULTIPLE_LINE"
	} else {
		out.Value = Plain(out.Value, maxValue)
	}
	return widgets{{TextInput: out}}
}

// DateTimeKind says what a DateTime asks for.
type DateTimeKind string

// What a DateTime may ask for.
const (
	DateAndTime DateTimeKind = "DATE_AND_TIME"
	DateOnly    DateTimeKind = "DATE_ONLY"
	TimeOnly    DateTimeKind = "TIME_ONLY"
)

// DateTime is a date picker, a clock, or both.
type DateTime struct {
	Name, Label string
	Kind        DateTimeKind   // default DateAndTime
	Value       time.Time      // as read in Zone; zero leaves the field empty
	Zone        *time.Location // the reader's; default UTC
	OnChange    *Action
}

func (w DateTime) widget(f frame) widgets {
	if !nameable(w.Name) {
		return nil
	}
	out := &chatapi.GoogleAppsCardV1DateTimePicker{
		Name: w.Name, Label: f.plain(w.Label, maxLabel), Type: string(w.Kind), OnChangeAction: w.OnChange.build(),
	}
	if out.Label == "" {
		out.Label = w.Name
	}
	if w.Kind != DateOnly && w.Kind != TimeOnly {
		out.Type = string(DateAndTime)
	}
	if !w.Value.IsZero() {
		w.setValue(out)
	}
	return widgets{{DateTimePicker: out}}
}

// setValue writes milliseconds since 1970. A date alone is midnight UTC of that day and a time alone
// is counted from midnight UTC (google/apps/card/v1/card.proto), so both lose their zone.
func (w DateTime) setValue(out *chatapi.GoogleAppsCardV1DateTimePicker) {
	zone := w.Zone
	if zone == nil {
		zone = time.UTC
	}
	t := w.Value.In(zone)
	switch out.Type {
	case string(DateOnly):
		out.ValueMsEpoch = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).UnixMilli()
	case string(TimeOnly):
		out.ValueMsEpoch = int64(t.Hour()*60+t.Minute()) * 60_000
	default:
		_, offset := t.Zone()
		out.ValueMsEpoch = t.UnixMilli()
		out.TimezoneOffsetDate = int64(offset / 60)
		out.ForceSendFields = append(out.ForceSendFields, "TimezoneOffsetDate")
	}
	out.ForceSendFields = append(out.ForceSendFields, "ValueMsEpoch") // midnight is a time
}

// Switch stands at the end of a DecoratedText. When on, the event carries Value under Name; when off,
// it carries nothing.
type Switch struct {
	Name     string
	Value    string // default "on"
	On       bool
	CheckBox bool // drawn as a box
	OnChange *Action
}

func (s Switch) end(_ frame, d *chatapi.GoogleAppsCardV1DecoratedText) {
	if !nameable(s.Name) {
		return
	}
	out := &chatapi.GoogleAppsCardV1SwitchControl{
		Name: s.Name, Value: s.Value, Selected: s.On, ControlType: "SWITCH", OnChangeAction: s.OnChange.build(),
	}
	if s.CheckBox {
		out.ControlType = "CHECK_BOX"
	}
	if !nameable(out.Value) {
		out.Value = "on"
	}
	d.SwitchControl = out
}

// nameable reports whether s can be the name of an input or the value of a choice: events answer with
// it, so it is never changed.
func nameable(name string) bool {
	return name != "" && len(name) <= maxID && Plain(name, maxID) == name
}
