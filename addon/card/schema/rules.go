package schema

// rules are what a single field cannot tell.
var rules = map[string]func(c *checker, path string, o map[string]any){
	"Card":            cardRule,
	"CardFixedFooter": footerRule,
	"SelectionInput":  selectionRule,
	"TextInput":       inputRule,
	"Section":         sectionRule,
}

// cardRule counts the widgets of the whole card, those inside columns included.
func cardRule(c *checker, path string, o map[string]any) {
	n := 0
	for _, s := range list(o, "sections") {
		for _, w := range list(s, "widgets") {
			n++
			columns, _ := object(w)["columns"].(map[string]any)
			for _, col := range list(columns, "columnItems") {
				n += len(list(col, "widgets"))
			}
		}
	}
	if n > 100 {
		c.fail(path, "%d widgets, at most 100", n)
	}
}

func footerRule(c *checker, path string, o map[string]any) {
	for _, name := range []string{"primaryButton", "secondaryButton"} {
		b, ok := o[name].(map[string]any)
		if _, icon := b["icon"]; ok && (icon || b["text"] == nil) {
			c.fail(path+"."+name, "a footer takes text buttons only")
		}
	}
}

func selectionRule(c *checker, path string, o map[string]any) {
	kind, _ := o["type"].(string)
	selected := 0
	for _, it := range list(o, "items") {
		if object(it)["selected"] == true {
			selected++
		}
	}
	if (kind == "DROPDOWN" || kind == "RADIO_BUTTON") && selected > 1 {
		c.fail(path, "%d items selected, at most one", selected)
	}
	for _, name := range []string{"multiSelectMaxSelectedItems", "multiSelectMinQueryLength"} {
		if _, ok := o[name]; ok && kind != "MULTI_SELECT" {
			c.fail(path+"."+name, "belongs to MULTI_SELECT")
		}
	}
}

func inputRule(c *checker, path string, o map[string]any) {
	if o["type"] == "MULTIPLE_LINE" && (o["initialSuggestions"] != nil || o["autoCompleteAction"] != nil) {
		c.fail(path, "suggestions need a single line")
	}
}

func sectionRule(c *checker, path string, o map[string]any) {
	if _, ok := o["uncollapsibleWidgetsCount"]; ok && o["collapsible"] != true {
		c.fail(path, "uncollapsibleWidgetsCount in a section that does not collapse")
	}
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

func list(v any, name string) []any {
	l, _ := object(v)[name].([]any)
	return l
}
