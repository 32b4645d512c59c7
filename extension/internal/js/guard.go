// Package js is the edge between Go and JavaScript: errors as real Error objects, panics as exceptions, values both
// ways, classes whose instances hide a Go value.
package js

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"

	"github.com/grafana/sobek"
)

// Guard runs fn and gives a Go panic in it back as an error. k6 dies of an uncaught panic, so every function that
// JavaScript can reach and every goroutine goes through here. Exceptions of the JavaScript engine, which travel as
// panics too, pass untouched.
func Guard[T any](fn func() (T, error)) (value T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if isEngine(cause) {
				panic(cause)
			}
			err = panicError(cause)
		}
	}()
	return fn()
}

// GuardOff is Guard for goroutines, where no JavaScript runs and every panic is a bug to be reported as an error.
func GuardOff[T any](fn func() (T, error)) (value T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = panicError(cause)
		}
	}()
	return fn()
}

// Function is what JavaScript's calls end in: it may return an error, panic, and use the runtime.
type Function func(call sobek.FunctionCall) (sobek.Value, error)

// Func makes fn callable from JavaScript: its error is thrown, its panic too.
func Func(rt *sobek.Runtime, fn Function) func(sobek.FunctionCall) sobek.Value {
	return func(call sobek.FunctionCall) sobek.Value {
		value, err := Guard(func() (sobek.Value, error) { return fn(call) })
		if err != nil {
			Throw(rt, err)
		}
		if value == nil {
			return sobek.Undefined()
		}
		return value
	}
}

// isEngine tells the engine's own panics (exceptions, interrupts, its private string types) from those of Go code.
func isEngine(cause any) bool {
	if _, ok := cause.(sobek.Value); ok {
		return true
	}
	t := reflect.TypeOf(cause)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return strings.HasPrefix(t.PkgPath(), "github.com/grafana/sobek")
}

func panicError(cause any) error {
	return fmt.Errorf("internal error in the extension: %v%s", cause, panicOrigin())
}

// panicOrigin names the line that panicked, for bug reports; called while the panic unwinds, its frames are still
// there.
func panicOrigin() string {
	counters := make([]uintptr, 64)
	frames := runtime.CallersFrames(counters[:runtime.Callers(2, counters)])
	panicking := false
	for {
		frame, more := frames.Next()
		switch {
		case strings.HasPrefix(frame.Function, "runtime."):
			panicking = panicking || frame.Function == "runtime.gopanic"
		case panicking:
			return fmt.Sprintf(" (at %s:%d)", filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}
