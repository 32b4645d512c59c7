// Package jstest runs scripts against the extension's modules in tests, as a VU of k6 would.
package jstest

import (
	"context"
	"fmt"
	"testing"

	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"
	"go.k6.io/k6/v2/js/modulestest"
	"go.k6.io/k6/v2/lib"
	"go.k6.io/k6/v2/metrics"
)

// VU is one VU with modules loaded: each is a global of its key's last part (k6/x/ethereum is ethereum).
type VU struct {
	*modulestest.Runtime

	// Samples are the metrics scripts emitted.
	Samples chan metrics.SampleContainer
	t       testing.TB
}

// New makes a VU, past init. Roots may be shared between VUs, as in k6.
func New(t testing.TB, roots map[string]modules.Module) *VU {
	t.Helper()
	vu := &VU{Runtime: modulestest.NewRuntime(t), Samples: make(chan metrics.SampleContainer, 10000), t: t}
	known := map[string]any{}
	for name, root := range roots {
		known[name] = root
	}
	require.NoError(t, vu.SetupModuleSystem(known, nil, nil))
	for name := range roots {
		_, err := vu.Runtime.VU.Runtime().RunString(fmt.Sprintf(`globalThis[%[1]q.split("/").pop()] = require(%[1]q)`, name))
		require.NoError(t, err)
	}
	registry := vu.VU.InitEnvField.Registry
	vu.MoveToVUContext(&lib.State{
		Samples:        vu.Samples,
		Tags:           lib.NewVUStateTags(registry.RootTagSet()),
		BuiltinMetrics: vu.BuiltinMetrics,
	})
	return vu
}

// Eval runs an expression, waits for it when it is a promise, and gives its value, or the error it threw or was
// rejected with.
func (vu *VU) Eval(expression string) (sobek.Value, error) {
	return vu.Run("return (" + expression + ")")
}

// Run runs statements as the body of an async function and gives what they return.
func (vu *VU) Run(body string) (sobek.Value, error) {
	value, err := vu.RunOnEventLoop("(async () => {" + body + "\n})()")
	if err != nil {
		return nil, err
	}
	promise, ok := value.Export().(*sobek.Promise)
	if !ok {
		return nil, fmt.Errorf("not a promise: %v", value)
	}
	if promise.State() != sobek.PromiseStateFulfilled {
		return nil, fmt.Errorf("promise is not fulfilled: %v", promise.Result())
	}
	return promise.Result(), nil
}

// MustText runs an expression and gives String(value).
func (vu *VU) MustText(expression string) string {
	vu.t.Helper()
	value, err := vu.Eval("String(await (" + expression + "))")
	require.NoError(vu.t, err, expression)
	return value.String()
}

// Iteration gives the VU a context of its own, as k6 does for each iteration; end cancels it.
func (vu *VU) Iteration() (end context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	vu.VU.CtxField = ctx
	vu.t.Cleanup(cancel)
	return cancel
}

// badArguments are what scripts pass by mistake.
var badArguments = []string{
	``,
	`undefined`,
	`null`,
	`1`,
	`-1`,
	`1.5`,
	`NaN`,
	`1n`,
	`"x"`,
	`"0x"`,
	`true`,
	`{}`,
	`[]`,
	`[[]]`,
	`Symbol()`,
	`() => 1`,
	`new Proxy({}, {})`,
	`new Uint8Array(3)`,
	`new ArrayBuffer(3)`,
	`new Date(NaN)`,
	`Object.create(null)`,
	`{ get url() { throw new Error("getter") } }`,
	`{ url: {}, name: {}, abi: [], types: {}, domain: {}, message: {}, file: 1, start: {}, size: -1 }`,
	`{ length: 2 ** 53 }`,
	`new Array(2 ** 32 - 1)`,
	`{}, {}`,
	`"x", "x"`,
	`[], []`,
	`null, null`,
	`1, 1`,
	`Symbol(), Symbol()`,
}

// Abuse calls every exported function of the object that expression names with all kinds of bad arguments, constructs
// it where it is a class, and calls methods on the wrong things. It fails on anything but a value or an exception that
// is a real Error.
func (vu *VU) Abuse(expression string) {
	vu.t.Helper()
	for _, args := range badArguments {
		_, err := vu.Run(fmt.Sprintf(`
			const module = %s;
			const attempt = async (what, call) => {
				try { await call() } catch (error) {
					if (!(error instanceof Error)) throw new Error(what + " threw something that is no Error: " + String(error));
					if (error.message.includes("internal error")) throw new Error(what + " panicked: " + error.message);
				}
			};
			for (const [name, value] of Object.entries(module)) {
				if (typeof value !== "function") continue;
				await attempt(name, () => value(%[2]s));
				await attempt("new " + name, () => new value(%[2]s));
				for (const key of Object.getOwnPropertyNames(value.prototype ?? {})) {
					if (key === "constructor") continue;
					const method = Object.getOwnPropertyDescriptor(value.prototype, key);
					await attempt(name + "." + key, () => (method.value ?? method.get).call(%[3]s, %[2]s));
				}
			}`, expression, args, firstOf(args)))
		require.NoError(vu.t, err, "arguments: "+args)
	}
}

func firstOf(args string) string {
	if args == "" {
		return "undefined"
	}
	return "[" + args + "][0]"
}
