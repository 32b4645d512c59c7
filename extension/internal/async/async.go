// Package async turns Go functions that wait into JavaScript promises that always settle.
package async

import (
	"context"
	"sync"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/fault"
	"github.com/onrush/onrush/extension/internal/js"
)

// errEnded is what a promise is rejected with when its iteration ends first. Hardly any script sees it: the iteration
// is over.
var errEnded = &fault.Error{
	Kind:    fault.Timeout,
	Reason:  fault.Ended,
	Message: "the iteration ended before the call finished",
}

// Do runs fn in a goroutine with the VU's current context and gives a promise of its result. Call it on the JS thread,
// after checking arguments.
//
//   - The promise always settles: also when fn panics, and when the context ends before fn does. k6 waits for every
//     registered callback at an iteration's end and would hang otherwise. What fn returns later is dropped, so fn must
//     itself give back what it took.
//   - fn must not touch the runtime. convert (one at most) turns its result into a JavaScript value on the JS thread;
//     without one, js.Value does.
//   - It rejects with a real Error; faults says how the module's own look.
func Do[T any](
	vu modules.VU,
	faults js.Faults,
	fn func(ctx context.Context) (T, error),
	convert ...func(rt *sobek.Runtime, value T) (sobek.Value, error),
) *sobek.Promise {
	rt := vu.Runtime()
	ctx := vu.Context()
	promise, resolve, reject := rt.NewPromise()
	enqueue := vu.RegisterCallback()

	var once sync.Once
	settle := func(value T, err error) {
		once.Do(func() {
			enqueue(func() error {
				if err != nil {
					return reject(faults.Object(rt, err))
				}
				converted, err := js.Guard(func() (sobek.Value, error) { return toJS(rt, value, convert) })
				if err != nil {
					return reject(faults.Object(rt, err))
				}
				return resolve(converted)
			})
		})
	}

	stop := context.AfterFunc(ctx, func() {
		var nothing T
		settle(nothing, errEnded)
	})
	go func() {
		value, err := js.GuardOff(func() (T, error) { return fn(ctx) })
		stop()
		if err != nil && ctx.Err() != nil { // most likely because of it; one reason for one cause
			err = errEnded
		}
		settle(value, err)
	}()
	return promise
}

func toJS[T any](
	rt *sobek.Runtime,
	value T,
	convert []func(*sobek.Runtime, T) (sobek.Value, error),
) (sobek.Value, error) {
	if len(convert) > 0 {
		return convert[0](rt, value)
	}
	return js.Value(rt, value), nil
}

// Throw throws err in JavaScript as a real Error; it never returns. JS thread only.
func Throw(rt *sobek.Runtime, err error) { js.Throw(rt, err) }

// Func makes fn callable from JavaScript; its errors and panics are thrown as real Errors. See js.Func.
func Func(rt *sobek.Runtime, fn js.Function) func(sobek.FunctionCall) sobek.Value {
	return js.Func(rt, fn)
}
