package ethereum

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/grafana/sobek"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"

	"github.com/onrush/onrush/extension/internal/chain"
)

const resultABI = `[{"type":"function","name":"mixed","inputs":[],"outputs":[
	{"name":"a","type":"int8"},{"name":"big","type":"uint64"},{"name":"c","type":"bytes3"},{"name":"d","type":"uint16[2][]"},
	{"name":"e","type":"tuple","components":[{"name":"x","type":"int256"},{"name":"y","type":"bytes32[2]"},{"name":"small","type":"uint48"}]},
	{"name":"who","type":"address"},{"name":"raw","type":"bytes"},{"name":"ok","type":"bool"},{"name":"s","type":"string"}]},
	{"type":"function","name":"one","inputs":[],"outputs":[{"name":"n","type":"uint48"}]},
	{"type":"function","name":"wide","inputs":[],"outputs":[{"name":"n","type":"uint56"}]},
	{"type":"function","name":"none","inputs":[],"outputs":[]},
	{"type":"error","name":"InvalidNonce","inputs":[{"name":"expected","type":"uint256"},{"name":"provided","type":"uint256"}]},
	{"type":"error","name":"Plain","inputs":[]}]`

func parsed(t testing.TB) *abi.ABI {
	t.Helper()
	contract, err := abi.JSON(strings.NewReader(resultABI))
	require.NoError(t, err)
	return &contract
}

func viemVectors(t testing.TB) map[string][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/viem.json")
	require.NoError(t, err)
	var vectors map[string]string
	require.NoError(t, json.Unmarshal(text, &vectors))
	raw := map[string][]byte{}
	for name, value := range vectors {
		raw[name], err = hex.DecodeString(value[2:])
		require.NoError(t, err)
	}
	return raw
}

// show gives a value as JSON, bigint marked by n.
func show(t testing.TB, rt *sobek.Runtime, value sobek.Value) string {
	t.Helper()
	require.NoError(t, rt.Set("shown", value))
	text, err := rt.RunString(`JSON.stringify(shown, (_, v) => typeof v === "bigint" ? v + "n" : v)`)
	require.NoError(t, err)
	return text.String()
}

func TestUnpackInViemsShapes(t *testing.T) {
	t.Parallel()
	rt := modulestest.NewRuntime(t).VU.Runtime()
	contract := parsed(t)
	word := func(n int64) []byte { return big.NewInt(n).FillBytes(make([]byte, 32)) }
	for _, test := range []struct {
		method string
		data   []byte
		want   string
	}{
		{"mixed", viemVectors(t)["result"], `[-5,"18446744073709551615n","0xabcdef",[[1,2]],{"x":"-1n","y":["0x` + strings.Repeat("11", 32) + `","0x` +
			strings.Repeat("22", 32) + `"],"small":281474976710655},"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","0x0102",true,"hé"]`},
		{"one", word(7), `7`},
		{"wide", word(7), `"7n"`},
		{"none", nil, "undefined"},
	} {
		value, err := unpackToJS(rt, contract.Methods[test.method].Outputs, test.data)
		require.NoError(t, err, test.method)
		require.Equal(t, test.want, show(t, rt, value), test.method)
	}
	_, err := unpackToJS(rt, contract.Methods["one"].Outputs, nil)
	require.ErrorContains(t, err, "is there a contract at this address?")
}

// TestUnpackSurvivesAnything: answers come from the network.
func FuzzUnpack(f *testing.F) {
	contract := parsed(f)
	f.Add(viemVectors(f)["result"])
	f.Fuzz(func(_ *testing.T, data []byte) {
		for _, method := range contract.Methods {
			_, _ = unpack(method.Outputs, data)
		}
		decodeRevert(contract, data)
	})
}

func TestDecodeRevert(t *testing.T) {
	t.Parallel()
	contract := parsed(t)
	text, err := textArguments.Pack("not yours")
	require.NoError(t, err)
	code, err := panicArguments.Pack(big.NewInt(0x11))
	require.NoError(t, err)
	custom := viemVectors(t)["error"]
	plainError := contract.Errors["Plain"].ID
	for name, test := range map[string]struct {
		data []byte
		want *chain.Revert
	}{
		"nothing":  {nil, nil},
		"text":     {append([]byte{0x08, 0xc3, 0x79, 0xa0}, text...), &chain.Revert{Name: "Error", Args: []any{"not yours"}}},
		"panic":    {append([]byte{0x4e, 0x48, 0x7b, 0x71}, code...), &chain.Revert{Name: "Panic", Args: []any{big.NewInt(0x11)}}},
		"custom":   {custom, &chain.Revert{Name: "InvalidNonce", Args: []any{big.NewInt(3), big.NewInt(7)}}},
		"no args":  {plainError[:4], &chain.Revert{Name: "Plain"}},
		"cut off":  {custom[:20], &chain.Revert{}},
		"short":    {[]byte{1, 2}, &chain.Revert{}},
		"unknown":  {[]byte{1, 2, 3, 4, 5}, &chain.Revert{}},
		"bad text": {[]byte{0x08, 0xc3, 0x79, 0xa0, 1}, &chain.Revert{}},
	} {
		if test.want != nil {
			test.want.Data = test.data
		}
		require.Equal(t, test.want, decodeRevert(contract, test.data), name)
	}
	require.Equal(t, &chain.Revert{Data: custom}, decodeRevert(nil, custom), "without an ABI")
}

// TestABIsAreParsedOnce: by identity in a VU, by text in the process.
func TestABIsAreParsedOnce(t *testing.T) {
	t.Parallel()
	root := New()
	make := func() *Module {
		runtime := modulestest.NewRuntime(t)
		m, ok := root.NewModuleInstance(runtime.VU).(*Module)
		require.True(t, ok)
		return m
	}
	a, b := make(), make()
	inA, err := a.rt().RunString(resultABI)
	require.NoError(t, err)
	inB, err := b.rt().RunString(resultABI)
	require.NoError(t, err)
	first, err := a.parseABI(inA)
	require.NoError(t, err)
	for range 3 {
		again, err := a.parseABI(inA)
		require.NoError(t, err)
		require.Same(t, first, again)
	}
	other, err := b.parseABI(inB)
	require.NoError(t, err)
	require.Same(t, first, other)
	for range 3 * maxIdentities { // ABIs made anew at each call do not pile up
		fresh, err := a.rt().RunString(`[{ type: "function", name: "f", inputs: [], outputs: [] }]`)
		require.NoError(t, err)
		_, err = a.parseABI(fresh)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, len(a.known), maxIdentities)
}
