package async_test

import (
	"context"
	"errors"
	"math/big"
	"testing"
	"testing/synctest"
	"time"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/async"
	"github.com/onrush/onrush/extension/internal/fault"
	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/jstest"
)

// probe exports promises and functions that end in every way there is.
type probe struct {
	vu modules.VU
	// deaf says here that it has started, and returns when it is told to.
	started, release chan struct{}
}

// probeFaults are named after the module, and have its own details.
var probeFaults = js.Faults{Name: "ProbeError", Details: func(err *fault.Error) *js.Tuple {
	if properties, ok := err.Details.(*js.Tuple); ok {
		return properties
	}
	return &js.Tuple{}
}}

func (p probe) NewModuleInstance(vu modules.VU) modules.Instance {
	p.vu = vu
	return p
}

func (p probe) Exports() modules.Exports {
	rt := p.vu.Runtime()
	promise := func(fn func(ctx context.Context) (any, error)) func() *sobek.Promise {
		return func() *sobek.Promise { return async.Do(p.vu, probeFaults, fn) }
	}
	return modules.Exports{Named: map[string]any{
		"value":  promise(func(context.Context) (any, error) { return big.NewInt(7), nil }),
		"failed": promise(func(context.Context) (any, error) { return nil, errors.New("it failed") }),
		"panics": promise(func(context.Context) (any, error) { return nil, writeToNilMap() }),
		"typed": promise(func(context.Context) (any, error) {
			return nil, &fault.Error{
				Code:       429,
				Kind:       fault.RateLimit,
				Retryable:  true,
				RetryAfter: 1500 * time.Millisecond,
				Message:    "slow down",
				Details: js.NewTuple(
					"revert",
					js.NewTuple("name", "InvalidNonce", "args", []any{big.NewInt(1), "x"}, "data", "0x0102"),
				),
			}
		}),
		"deaf": promise(func(context.Context) (any, error) { // does not look at its context
			p.started <- struct{}{}
			<-p.release
			return "late", nil
		}),
		"badConversion": func() *sobek.Promise {
			return async.Do(p.vu, probeFaults, func(context.Context) (int, error) { return 1, nil },
				func(*sobek.Runtime, int) (sobek.Value, error) { panic("conversion") })
		},
		"throwsError": async.Func(rt, func(sobek.FunctionCall) (sobek.Value, error) { return nil, errors.New("thrown") }),
		"throwsPanic": async.Func(rt, func(sobek.FunctionCall) (sobek.Value, error) { panic(errors.New("thrown panic")) }),
		"nilMap": async.Func(
			rt,
			func(sobek.FunctionCall) (sobek.Value, error) { return nil, writeToNilMap() },
		),
		"callsBack": async.Func(rt, func(call sobek.FunctionCall) (sobek.Value, error) {
			return rt.ToValue(call.Argument(0).String()), nil
		}),
		"deep": async.Func(rt, func(sobek.FunctionCall) (sobek.Value, error) {
			nested := []any{}
			for range 100 {
				nested = []any{nested}
			}
			return js.Value(rt, nested), nil
		}),
	}}
}

// writeToNilMap panics.
func writeToNilMap() error {
	counts := map[string]map[string]int{}
	counts["none"]["x"] = 1
	return nil
}

func newVU(t *testing.T) *jstest.VU {
	t.Helper()
	vu, _ := newProbe(t)
	return vu
}

func newProbe(t *testing.T) (*jstest.VU, probe) {
	t.Helper()
	module := probe{started: make(chan struct{}, 1), release: make(chan struct{})}
	return jstest.New(t, map[string]modules.Module{"k6/x/probe": module}), module
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	const caught = `.then(() => "resolved", (e) => [e instanceof Error, e.name, e.message, typeof e.stack].join("|"))`
	vu := newVU(t)
	for expression, want := range map[string]string{
		`probe.value().then((v) => typeof v + v)`: "bigint7",
		`probe.failed()` + caught:                 "true|Error|it failed|string",
		`probe.typed()` + caught:                  "true|ProbeError|slow down|string",
		`probe.typed().catch((e) => JSON.stringify([e.code, e.kind, e.retryable, e.retryAfter, e.revert.name, e.revert.data]))`: `[429,"rate_limit",true,1500,"InvalidNonce","0x0102"]`,
		`probe.typed().catch((e) => typeof e.revert.args[0] + e.revert.args[1])`:                                                "bigintx",
		`probe.typed().catch((e) => Object.keys(e).join())`:                                                                     "code,kind,retryable,retryAfter,revert",
	} {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
	for expression, want := range map[string]string{
		`probe.panics()`:        "internal error in the extension: assignment to entry in nil map (at async_test.go:",
		`probe.badConversion()`: "internal error in the extension: conversion (at async_test.go:",
	} {
		require.Contains(t, vu.MustText(expression+`.catch((e) => e.message)`), want, expression)
	}
}

func TestFunctionsThrowRealErrors(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	for call, want := range map[string]string{
		`probe.throwsError()`: "true|thrown",
		`probe.throwsPanic()`: "true|internal error in the extension: thrown panic (at async_test.go:",
		`probe.nilMap()`:      "true|internal error in the extension: assignment to entry in nil map (at async_test.go:",
		`probe.deep()`:        "true|internal error in the extension: value nested too deeply",
		// An exception of the script's own code, thrown below a Go function, is not touched.
		`probe.callsBack({ toString() { throw new RangeError("mine") } })`: "true|mine",
	} {
		value, err := vu.Run(
			`try { ` + call + `; return "no exception" } catch (e) { return (e instanceof Error) + "|" + e.message }`,
		)
		require.NoError(t, err)
		require.Contains(t, value.String(), want, call)
	}
}

func TestPromiseSettlesWhenTheIterationEndsFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vu, module := newProbe(t)
		end := vu.Iteration()
		go func() {
			<-module.started
			end()
		}()
		// It settles although deaf goes on.
		require.Equal(t, "timeout ended false",
			vu.MustText(`probe.deaf().catch((e) => [e.kind, e.reason, e.retryable].join(" "))`))
		// The late result is dropped: it neither panics (the callback may be used once) nor resolves anything.
		close(module.release)
		synctest.Wait()
	})
}

func TestPromiseOfAnEndedIterationRejectsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vu, module := newProbe(t)
		vu.Iteration()()
		_, err := vu.Eval(`probe.deaf()`)
		require.ErrorContains(t, err, "the iteration ended")
		<-module.started // and goes on
		close(module.release)
	})
}

// TestErrorReplaced: a script that breaks the global Error still gets an exception.
func TestErrorReplaced(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	value, err := vu.Run(`globalThis.Error = 1; try { probe.throwsError() } catch (e) { return e.message }`)
	require.NoError(t, err)
	require.Equal(t, "thrown", value.String())
}
