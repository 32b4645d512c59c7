package js

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/grafana/sobek"
)

// Accepted lists, for each function, method and constructor of a module that takes an object of options, the names it
// accepts. It is the one list: functions read through it, tests hold it against index.d.ts.
type Accepted map[string][]string

// Read opens the options of a function. What names them in errors: "options.size", or just "size" where what is
// "parameters".
func (a Accepted) Read(function string, value sobek.Value, what string) *Options {
	prefix := what + "."
	if what == "parameters" {
		prefix = ""
	}
	options := &Options{prefix: prefix}
	if options.object, options.err = closed(value, what); options.err == nil {
		options.err = RefuseUnknown(options.object, prefix, a[function])
	}
	return options
}

// ReadOptional is Read where the whole object may be left out.
func (a Accepted) ReadOptional(function string, value sobek.Value, what string) *Options {
	if IsNil(value) {
		return &Options{prefix: what + "."}
	}
	return a.Read(function, value, what)
}

// closed wants an object that may hold options: no array, function or buffer, whose many keys would be read for
// nothing.
func closed(value sobek.Value, what string) (*sobek.Object, error) {
	object, err := Object(value, what)
	if err != nil {
		return nil, err
	}
	kind := object.ExportType()
	if class := object.ClassName(); class == "Array" || class == "Function" || kind == nil ||
		kind.Kind() == reflect.Slice ||
		kind == reflect.TypeFor[sobek.ArrayBuffer]() {
		return nil, Want(what, "an object of options", value)
	}
	return object, nil
}

// RefuseUnknown names the first property that is not accepted, and what was probably meant.
func RefuseUnknown(object *sobek.Object, prefix string, accepted []string) error {
	for _, name := range object.Keys() {
		if slices.Contains(accepted, name) {
			continue
		}
		all := strings.Join(accepted, ", ")
		switch near := nearest(name, accepted); {
		case len(accepted) == 0:
			return fmt.Errorf("%s%s: no options are accepted here", prefix, clipped(name))
		case near != "":
			return fmt.Errorf("%s%s: did you mean %s? accepted: %s", prefix, name, near, all)
		default:
			return fmt.Errorf("%s%s: is not an option; accepted: %s", prefix, clipped(name), all)
		}
	}
	return nil
}

// clipped keeps a name that may be anything, even a value in the wrong place, short.
func clipped(name string) string {
	const longest = 40
	if runes := []rune(name); len(runes) > longest {
		return string(runes[:longest]) + "..."
	}
	return name
}

// nearest is the accepted name that differs least from name: by a third of its letters at most, or one; "" where there
// is none.
func nearest(name string, accepted []string) string {
	if len(name) > 100 {
		return ""
	}
	best, least := "", max(1, len(name)/3)+1
	for _, each := range accepted {
		if d := distance(strings.ToLower(name), strings.ToLower(each)); d < least {
			best, least = each, d
		}
	}
	return best
}

// distance counts the edits between two words, with swapped neighbours as one (optimal string alignment).
func distance(a, b string) int {
	var before []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j-1]+cost, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

// Options reads an object's properties and keeps the first error, so that a list of them reads as one. An absent
// property is one that is missing, undefined or null.
type Options struct {
	object *sobek.Object // nil where the whole was left out
	prefix string
	err    error
}

// Err is the first error.
func (o *Options) Err() error { return o.err }

// Fail notes an error, unless one came before.
func (o *Options) Fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

// Name is the property as errors name it.
func (o *Options) Name(name string) string { return o.prefix + name }

// Get gives a property; false where it is absent or an error came before.
func (o *Options) Get(name string) (sobek.Value, bool) {
	if o.err != nil || o.object == nil {
		return nil, false
	}
	value := o.object.Get(name)
	return value, !IsNil(value)
}

// Value gives a property, which may be absent; for readers of their own.
func (o *Options) Value(name string) sobek.Value {
	value, _ := o.Get(name)
	return value
}

// Need notes when a property that must be there is absent.
func (o *Options) Need(names ...string) {
	for _, name := range names {
		if _, ok := o.Get(name); !ok {
			o.Missing(name)
		}
	}
}

// Missing notes that a property that must be there is absent.
func (o *Options) Missing(name string) { o.Fail(fmt.Errorf("%s is missing", o.Name(name))) }

// Option reads a property; where it is absent, absent is given. Read gets its value and its name for errors.
func Option[T any](o *Options, name string, absent T, read func(value sobek.Value, what string) (T, error)) T {
	value, ok := o.Get(name)
	if !ok {
		return absent
	}
	result, err := read(value, o.Name(name))
	if err != nil {
		o.Fail(err)
	}
	return result
}

// Required is Option for what must be there.
func Required[T any](o *Options, name string, read func(value sobek.Value, what string) (T, error)) T {
	var none T
	value := o.Value(name) // which read refuses where it is absent
	if o.err != nil {
		return none
	}
	result, err := read(value, o.Name(name))
	if err != nil {
		o.Fail(err)
		return none
	}
	return result
}

// Text wants a string.
func (o *Options) Text(name string) string { return Required(o, name, Text) }

// Number wants a whole number up to limit; absent is the default.
func (o *Options) Number(name string, absent, limit uint64) uint64 {
	return Option(o, name, absent, upTo(limit))
}

// NeedNumber is Number where one must be.
func (o *Options) NeedNumber(name string, limit uint64) uint64 { return Required(o, name, upTo(limit)) }

func upTo(limit uint64) func(sobek.Value, string) (uint64, error) {
	return func(value sobek.Value, what string) (uint64, error) { return Uint(value, what, limit) }
}

// Integer wants a whole number; nil where it is absent.
func (o *Options) Integer(name string) *big.Int { return Option(o, name, nil, Integer) }
