package js

import (
	"errors"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/fault"
)

// Throw throws err in JavaScript as a real Error. It never returns; call it on the JS thread only.
func Throw(rt *sobek.Runtime, err error) {
	var exception *sobek.Exception
	if errors.As(err, &exception) {
		panic(exception)
	}
	panic(Faults{}.Object(rt, err))
}

// Faults is how scripts see one module's faults (*fault.Error). Errors of other types, such as those about arguments,
// are plain Errors.
type Faults struct {
	// Name of the JavaScript errors, such as EthereumError; without one it is Error.
	Name string
	// Details gives the properties that only this module's faults have; nil for none.
	Details func(err *fault.Error) *Tuple
}

// Object makes a JavaScript Error (instanceof Error, with name, message and stack) of err. A *fault.Error anywhere in
// err's chain adds code, kind and retryable, reason and retryAfter (ms) where there are any, and the module's details.
// JS thread only.
func (f Faults) Object(rt *sobek.Runtime, err error) *sobek.Object {
	object, failed := rt.New(rt.GlobalObject().Get("Error"), rt.ToValue(err.Error()))
	if failed != nil { // the script has replaced Error by something that cannot be constructed
		object = rt.NewGoError(err)
	}
	var typed *fault.Error
	if errors.As(err, &typed) {
		f.describe(rt, object, typed)
	}
	return object
}

func (f Faults) describe(rt *sobek.Runtime, object *sobek.Object, err *fault.Error) {
	set := func(name string, value any) {
		// Setting a fresh property of a plain object cannot fail.
		_ = object.DefineDataProperty(name, Value(rt, value), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_TRUE)
	}
	if f.Name != "" {
		_ = object.DefineDataProperty("name", rt.ToValue(f.Name), sobek.FLAG_TRUE, sobek.FLAG_TRUE, sobek.FLAG_FALSE)
	}
	set("code", err.Code)
	set("kind", string(err.Kind))
	set("retryable", err.Retryable)
	if err.Reason != "" {
		set("reason", string(err.Reason))
	}
	if err.RetryAfter > 0 {
		set("retryAfter", err.RetryAfter.Milliseconds())
	}
	if f.Details == nil {
		return
	}
	more := f.Details(err)
	for i, name := range more.Names {
		set(name, more.Values[i])
	}
}
