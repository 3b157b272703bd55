package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// checker walks an answer along the type it should have and collects what is wrong.
type checker struct {
	errs []error
}

// field is the place a value stands in: "TextParagraph", "text".
type field struct{ owner, name string }

func (f field) String() string { return f.owner + "." + f.name }

func (c *checker) fail(path, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

func (c *checker) value(path string, v any, t reflect.Type, f field) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		if o, ok := v.(map[string]any); ok {
			c.object(path, o, t)
			return
		}
	case reflect.Slice:
		if list, ok := v.([]any); ok {
			c.list(path, list, t.Elem(), f)
			return
		}
	case reflect.String:
		if s, ok := v.(string); ok {
			c.text(path, s, f)
			return
		}
	case reflect.Bool:
		if _, ok := v.(bool); ok {
			return
		}
	case reflect.Int64:
		if integer(v) {
			return
		}
	case reflect.Float64:
		if n, ok := v.(json.Number); ok {
			if x, err := n.Float64(); err != nil || f.owner == "Color" && (x < 0 || x > 1) {
				c.fail(path, "%v is out of range", n)
			}
			return
		}
	}
	c.fail(path, "is %s, want %s", kindOf(v), t.Kind())
}

func (c *checker) object(path string, o map[string]any, t reflect.Type) {
	owner := short(t)
	fields := fieldsOf(t)
	for _, name := range slices.Sorted(maps.Keys(o)) {
		at := path + "." + name
		ft, known := fields[name]
		f := field{owner, name}
		switch why, bad := notForGmail[f]; {
		case !known:
			c.fail(at, "unknown field of %s", owner)
		case bad:
			c.fail(at, "%s", why)
		default:
			c.value(at, o[name], ft, f)
		}
	}
	for _, name := range required[owner] {
		if _, ok := o[name]; !ok {
			c.fail(path, "%s without %s", owner, name)
		}
	}
	for _, g := range oneOf[owner] {
		n := 0
		for _, name := range g.fields {
			if _, ok := o[name]; ok {
				n++
			}
		}
		if n < g.min || n > g.max {
			c.fail(path, "%s has %d of %s, want %d to %d", owner, n, strings.Join(g.fields, ", "), g.min, g.max)
		}
	}
	if rule := rules[owner]; rule != nil {
		rule(c, path, o)
	}
}

func (c *checker) list(path string, list []any, elem reflect.Type, f field) {
	if len(list) == 0 && !mayBeEmpty[f] {
		c.fail(path, "empty list")
	}
	if most, ok := longest[f]; ok && len(list) > most {
		c.fail(path, "%d entries, at most %d", len(list), most)
	}
	for i, v := range list {
		c.value(path+"["+strconv.Itoa(i)+"]", v, elem, f)
	}
}

func (c *checker) text(path, s string, f field) {
	if s == "" {
		c.fail(path, "empty text")
		return
	}
	if allowed, ok := enums[f]; ok && !slices.Contains(allowed, s) {
		c.fail(path, "%q is not one of %s", s, strings.Join(allowed, ", "))
	}
	if check := texts[f]; check != nil {
		if err := check(s); err != nil {
			c.fail(path, "%v", err)
		}
	}
	if f != (field{"ActionParameter", "value"}) {
		if r, bad := deceptive(s); bad {
			c.fail(path, "character %U does not belong in a text", r)
		}
	}
}

// fieldsOf maps the JSON names of a struct's fields to their types.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		sf := t.Field(i)
		if name, _, _ := strings.Cut(sf.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = sf.Type
		}
	}
	return fields
}

func short(t reflect.Type) string { return strings.TrimPrefix(t.Name(), "GoogleAppsCardV1") }

// integer accepts a whole number and, as proto3 JSON does, one in quotes.
func integer(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, err := v.Int64()
		return err == nil
	case string:
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	}
	return false
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "a truth value"
	}
	return "a number"
}
