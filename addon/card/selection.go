package card

import (
	"fmt"

	chatapi "google.golang.org/api/chat/v1"
)

// SelectionKind is the look of a Selection.
type SelectionKind string

// The looks of a Selection.
const (
	Dropdown    SelectionKind = "DROPDOWN"
	MultiSelect SelectionKind = "MULTI_SELECT"
	Radio       SelectionKind = "RADIO_BUTTON"
	CheckBoxes  SelectionKind = "CHECK_BOX"
	Switches    SelectionKind = "SWITCH"
)

// Selection is a choice among items. It needs a name and at least one item.
type Selection struct {
	Name, Label string
	Kind        SelectionKind // default Dropdown
	Items       []Item
	Most        int // with MultiSelect: how many may be chosen, 0 for all
	OnChange    *Action
}

// Item is one choice.
type Item struct {
	Text     string
	Value    string // what the event carries; "none" when empty, since Google drops empty values
	Detail   string // a second line, shown by MultiSelect only
	Selected bool
}

// NoValue is what an event carries for an item without a value.
const NoValue = "none"

func (w Selection) widget(f frame) widgets {
	items, left := w.pick(f.items)
	if !nameable(w.Name) || len(items) == 0 {
		return nil
	}
	out := &chatapi.GoogleAppsCardV1SelectionInput{
		Name: w.Name, Label: f.plain(w.Label, maxLabel), Type: string(w.Kind), OnChangeAction: w.OnChange.build(),
	}
	switch w.Kind {
	case MultiSelect, Radio, CheckBoxes, Switches:
	default:
		out.Type = string(Dropdown)
	}
	single := out.Type == string(Dropdown) || out.Type == string(Radio)
	chosen := false
	for _, it := range items {
		one := it.build(f, w.Kind == MultiSelect)
		if one.Selected = one.Selected && !(single && chosen); one.Selected {
			chosen = true
		}
		out.Items = append(out.Items, one)
	}
	if left > 0 {
		out.Items = append(out.Items, &chatapi.GoogleAppsCardV1SelectionItem{
			Text: fmt.Sprintf("%d more not shown", left), Value: NoValue,
		})
	}
	if w.Kind == MultiSelect {
		out.MultiSelectMaxSelectedItems = int64(len(items))
		if w.Most > 0 {
			out.MultiSelectMaxSelectedItems = int64(min(w.Most, len(items)))
		}
	}
	return widgets{{SelectionInput: out}}
}

// pick takes at most room items that can be shown and tells how many are left over. When not all
// fit, one place is kept for saying so, and selected items go first: a choice that is not sent would
// be lost when the form comes back.
func (w Selection) pick(room int) (items []Item, left int) {
	for _, it := range w.Items {
		if (it.Value == "" || nameable(it.Value)) && Plain(it.Text, maxItem) != "" {
			items = append(items, it)
		}
	}
	if len(items) <= room {
		return items, 0
	}
	room--
	selected := 0
	for _, it := range items {
		if it.Selected {
			selected++
		}
	}
	others := max(0, room-selected)
	var out []Item
	for _, it := range items {
		switch {
		case len(out) == room:
		case it.Selected:
			out = append(out, it)
		case others > 0:
			out = append(out, it)
			others--
		}
	}
	return out, len(items) - len(out)
}

func (it Item) build(f frame, detail bool) *chatapi.GoogleAppsCardV1SelectionItem {
	out := &chatapi.GoogleAppsCardV1SelectionItem{
		Text: f.plain(it.Text, maxItem), Value: it.Value, Selected: it.Selected,
	}
	if out.Value == "" {
		out.Value = NoValue
	}
	if detail {
		out.BottomText = f.plain(it.Detail, maxItem)
	}
	return out
}
