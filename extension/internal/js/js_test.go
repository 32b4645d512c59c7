package js_test

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"

	"github.com/onrush/onrush/extension/internal/js"
)

type point struct{ x int64 }

func newRuntime(t *testing.T) *sobek.Runtime {
	t.Helper()
	rt := modulestest.NewRuntime(t).VU.Runtime()
	class := js.NewClass(rt, "Point", func(call sobek.ConstructorCall) (*point, error) {
		x, err := js.Uint(call.Argument(0), "x", 100)
		return &point{int64(x)}, err
	}).
		Method("add", func(self *point, call sobek.FunctionCall) (sobek.Value, error) {
			other, ok := js.Unwrap[point](call.Argument(0))
			if !ok {
				return nil, js.Want("other", "a Point", call.Argument(0))
			}
			return rt.ToValue(self.x + other.x), nil
		}).
		Getter("x", func(self *point) any { return self.x }).
		Getter("broken", func(*point) any { panic("broken") }).
		Property("kind", func(*point) any { return "point" })
	require.NoError(t, rt.Set("Point", class.Constructor()))
	return rt
}

func TestClass(t *testing.T) {
	t.Parallel()
	rt := newRuntime(t)
	for expression, want := range map[string]string{
		`new Point(3).x`:                        "3",
		`new Point(3).add(new Point(4))`:        "7",
		`new Point(3) instanceof Point`:         "true",
		`Point.name + Point.prototype.add.name`: "Pointadd",
		`JSON.stringify(new Point(3))`:          `{"kind":"point"}`,
		`Object.keys(new Point(3)) + ""`:        "kind",
		`class P extends Point { twice() { return this.x * 2 } }; const p = new P(4); [p.twice(), p instanceof P, p instanceof Point, p.add(p)] + ""`: "8,true,true,8",
		`Object.create(new Point(5)).x`: "5",
	} {
		value, err := rt.RunString(
			`(() => { return eval(` + string(must(rt.ToValue(expression).ToObject(rt).MarshalJSON())) + `) })()`,
		)
		require.NoError(t, err, expression)
		require.Equal(t, want, value.String(), expression)
	}
	for expression, want := range map[string]string{
		`new Point(3).add(1)`:                      "other: want a Point, got a number",
		`new Point(3).add({})`:                     "other: want a Point, got an object",
		`new Point(3).add(new Array(2 ** 32 - 1))`: "other: want a Point, got an array",
		`Point.prototype.add.call({}, 1)`:          "Point.add was called on something that is not a Point",
		`Point.prototype.x`:                        "Point.x was called on something that is not a Point",
		`new Point(101)`:                           "x: want a number from 0 to 100",
		`new Point(3).broken`:                      "internal error in the extension: broken (at js_test.go:",
		`"use strict"; new Point(3).kind = 1`:      "Cannot assign to read only property",
		`"use strict"; new Point(3).x = 1`:         "Cannot assign",
	} {
		_, err := rt.RunString(expression)
		require.ErrorContains(t, err, want, expression)
	}
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}

func TestValue(t *testing.T) {
	t.Parallel()
	rt := newRuntime(t)
	huge := new(big.Int).Lsh(big.NewInt(1), 300)
	shared := big.NewInt(5)
	for expression, value := range map[string]any{
		`typeof v === "bigint" && v === 2n ** 300n`:            huge,
		`typeof v === "number" && v === 9007199254740991`:      uint64(1<<53 - 1),
		`typeof v === "bigint" && v === 9007199254740992n`:     uint64(1 << 53),
		`typeof v === "bigint" && v === 18446744073709551615n`: uint64(math.MaxUint64),
		`typeof v === "bigint" && v === -9223372036854775808n`: int64(math.MinInt64),
		`v === null`:     nil,
		`v === "0x0102"`: hexutil.Bytes{1, 2},
		`v instanceof ArrayBuffer && new Uint8Array(v)[1] === 2`: []byte{1, 2},
		`v === "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"`:     common.HexToAddress("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"),
		`Array.isArray(v) && v.length === 2 && v[1] === 5n`:      []any{"a", shared},
		`JSON.stringify(v) === '{"b":1,"a":[{"__proto__":2}]}'`:  js.NewTuple("b", 1, "a", []any{js.NewTuple("__proto__", 2)}),
		`Object.keys(v).join() === "a,b"`:                        map[string]any{"b": 1, "a": 2},
		`v.join() === "1,2"`:                                     []uint64{1, 2},
	} {
		require.NoError(t, rt.Set("v", js.Value(rt, value)))
		result, err := rt.RunString(expression)
		require.NoError(t, err)
		require.True(t, result.ToBoolean(), expression)
	}
	given := js.Value(rt, shared)
	shared.SetInt64(6)
	require.Equal(t, "5", given.String(), "scripts get a copy")
}

func TestRaw(t *testing.T) {
	t.Parallel()
	rt := newRuntime(t)
	for expression, want := range map[string]int{
		`new Uint8Array([1, 2, 3]).subarray(1)`: 2, `new ArrayBuffer(4)`: 4, `new Uint8Array(0)`: 0,
		`new Int32Array(2)`: -1, `[1, 2]`: -1, `new Array(2 ** 32 - 1)`: -1, `"ab"`: -1, `null`: -1, `({})`: -1, `new DataView(new ArrayBuffer(2))`: -1,
	} {
		value, err := rt.RunString(expression)
		require.NoError(t, err)
		raw, ok := js.Raw(value)
		require.Equal(t, want >= 0, ok, expression)
		if ok {
			require.Len(t, raw, want, expression)
		}
	}
}

// TestGuardLeavesTheEngineAlone: an interrupt must stop the script, not become an exception that it can catch.
func TestGuardLeavesTheEngineAlone(t *testing.T) {
	t.Parallel()
	rt := newRuntime(t)
	require.NoError(t, rt.Set("interrupt", js.Func(rt, func(call sobek.FunctionCall) (sobek.Value, error) {
		rt.Interrupt("stop")
		_ = call.Argument(0).String() // runs JavaScript, which the interrupt stops
		return nil, nil
	})))
	_, err := rt.RunString(`try { interrupt({ toString() { for (;;); } }); } catch (e) { "caught" }`)
	var interrupted *sobek.InterruptedError
	require.ErrorAs(t, err, &interrupted)
	rt.ClearInterrupt()

	_, err = js.Guard(func() (int, error) { panic(errors.New("ours")) })
	require.ErrorContains(t, err, "internal error in the extension: ours")
	require.Panics(t, func() { _, _ = js.Guard(func() (int, error) { panic(rt.ToValue("theirs")) }) })
	_, err = js.GuardOff(func() (int, error) { panic(rt.ToValue("no runtime here")) })
	require.Error(t, err)
}
