package entry

import (
	"reflect"
	"time"
)

var timeType = reflect.TypeFor[time.Time]()

// Tidy brings what v points to into the form in which every store gives it
// back: times are cut to microseconds of UTC, empty slices and maps are nil.
func Tidy(v any) { tidy(reflect.ValueOf(v).Elem()) }

func tidy(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == timeType {
			t := v.Addr().Interface().(*time.Time)
			*t = t.UTC().Truncate(time.Microsecond)
			return
		}
		for i := range v.NumField() {
			tidy(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			tidy(v.Elem())
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		if plain(v.Type().Elem().Kind()) {
			return
		}
		for i := range v.Len() {
			tidy(v.Index(i))
		}
	case reflect.Map:
		if v.Len() == 0 {
			v.SetZero()
			return
		}
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			tidy(value)
			v.SetMapIndex(key, value)
		}
	}
}

func plain(k reflect.Kind) bool { return k <= reflect.Complex128 || k == reflect.String }
