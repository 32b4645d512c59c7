package ethereum_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/ethereum"
	"github.com/onrush/onrush/extension/internal/jstest"
)

// junk is the test phrase that dev nodes use.
const junk = "test test test test test test test test test test test junk"

func newVU(t testing.TB) *jstest.VU {
	t.Helper()
	return newVUOf(t, ethereum.New())
}

func newVUOf(t testing.TB, root *ethereum.Root) *jstest.VU {
	t.Helper()
	vu := jstest.New(t, map[string]modules.Module{"k6/x/ethereum": root})
	_, err := vu.VU.Runtime().RunString(`globalThis.junk = "` + junk + `"`)
	require.NoError(t, err)
	return vu
}

// run evaluates a table of expressions.
func run(t *testing.T, cases map[string]string) {
	t.Helper()
	vu := newVU(t)
	for expression, want := range cases {
		require.Equal(t, want, vu.MustText(expression), expression)
	}
}

// runErrors evaluates expressions that must throw an Error whose message contains what the table says.
func runErrors(t *testing.T, cases map[string]string) {
	t.Helper()
	vu := newVU(t)
	for expression, want := range cases {
		_, err := vu.Eval(expression)
		require.ErrorContains(t, err, want, expression)
		require.NotContains(t, err.Error(), "internal error", expression)
	}
}

func TestNothingCrashes(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	vu.Abuse(`ethereum`)
	vu.Abuse(
		`{ Account: Object.assign(function () { return 1 }, { prototype: Object.getPrototypeOf(ethereum.mnemonicToAccount(junk)) }) }`,
	)
	account := `const account = ethereum.mnemonicToAccount(junk); `
	for _, call := range []string{
		`account.signMessage({ message: Symbol() })`, `account.signMessage({ message: { raw: "0xzz" } })`,
		`account.signTypedData({ domain: {}, types: { A: [{ name: "a", type: "A" }] }, primaryType: "A", message: (() => { const a = {}; a.a = a; return a })() })`,
		`account.address = "x"`,
	} {
		_, err := vu.Run(`"use strict"; ` + account + call)
		require.Error(t, err, call)
		require.NotContains(t, err.Error(), "internal error", call)
	}
}

func TestExports(t *testing.T) {
	t.Parallel()
	vu := newVU(t)
	names := vu.MustText(`Object.keys(ethereum).sort()`)
	for _, name := range []string{"mnemonicToAccount", "Client", "WalletPool", "parseEventLogs"} {
		require.Contains(t, strings.Split(names, ","), name)
	}
}
