package js

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/grafana/sobek"
)

// maxSafe is the largest integer that a JavaScript number holds exactly.
const maxSafe = 1<<53 - 1

// maxDepth bounds recursion over values that scripts made: Go cannot recover from a stack overflow.
const maxDepth = 64

// Tuple is a JavaScript object with its properties in order, made off the JS thread.
type Tuple struct {
	Names  []string
	Values []any
}

// NewTuple makes a Tuple of name, value, name, value...
func NewTuple(pairs ...any) *Tuple {
	tuple := &Tuple{}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		tuple.Set(name, pairs[i+1])
	}
	return tuple
}

// Set appends a property.
func (t *Tuple) Set(name string, value any) {
	t.Names = append(t.Names, name)
	t.Values = append(t.Values, value)
}

// Value makes a native JavaScript value of a Go one: integers beyond 2^53 and *big.Int are bigint, []byte is an
// ArrayBuffer, what has a String method is its text (addresses, hashes), slices are arrays, tuples and maps are plain
// objects. JS thread only.
func Value(rt *sobek.Runtime, value any) sobek.Value {
	return toValue(rt, value, 0)
}

func toValue(rt *sobek.Runtime, value any, depth int) sobek.Value {
	if depth > maxDepth {
		panic("value nested too deeply")
	}
	switch v := value.(type) {
	case nil:
		return sobek.Null()
	case sobek.Value:
		return v
	case *big.Int:
		if v == nil {
			return sobek.Null()
		}
		return rt.ToValue(new(big.Int).Set(v))
	case uint64:
		if v > maxSafe {
			return rt.ToValue(new(big.Int).SetUint64(v))
		}
		return rt.ToValue(int64(v))
	case int64:
		if v > maxSafe || v < -maxSafe {
			return rt.ToValue(big.NewInt(v))
		}
		return rt.ToValue(v)
	case []byte:
		return rt.ToValue(rt.NewArrayBuffer(v))
	case fmt.Stringer:
		return rt.ToValue(v.String())
	case []any:
		return array(rt, v, depth)
	case []string:
		return array(rt, v, depth)
	case []uint64:
		return array(rt, v, depth)
	case []*big.Int:
		return array(rt, v, depth)
	case []*Tuple:
		return array(rt, v, depth)
	case *Tuple:
		if v == nil {
			return sobek.Null()
		}
		object := rt.NewObject()
		for i, name := range v.Names {
			setProperty(rt, object, name, toValue(rt, v.Values[i], depth+1))
		}
		return object
	case map[string]any:
		object := rt.NewObject()
		for _, name := range sortedKeys(v) {
			setProperty(rt, object, name, toValue(rt, v[name], depth+1))
		}
		return object
	default:
		return rt.ToValue(v)
	}
}

func array[T any](rt *sobek.Runtime, items []T, depth int) sobek.Value {
	values := make([]any, len(items))
	for i, item := range items {
		values[i] = toValue(rt, item, depth+1)
	}
	return rt.NewArray(values...)
}

// setProperty defines rather than assigns, so that a property called __proto__ is just a property.
func setProperty(rt *sobek.Runtime, object *sobek.Object, name string, value sobek.Value) {
	if err := object.DefineDataProperty(name, value, sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_TRUE); err != nil {
		Throw(rt, err)
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
