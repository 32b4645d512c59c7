package ethereum

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"
	"go.k6.io/k6/v2/js/modulestest"

	"github.com/onrush/onrush/extension/internal/js"
)

// generator makes random ABI types and values of them, in the shapes that decoding gives.
type generator struct{ *rand.Rand }

func (g generator) kind(depth int) abi.ArgumentMarshaling {
	scalars := []string{
		"bool",
		"address",
		"string",
		"bytes",
		fmt.Sprintf("bytes%d", 1+g.IntN(32)),
		fmt.Sprintf("uint%d", 8*(1+g.IntN(32))),
		fmt.Sprintf("int%d", 8*(1+g.IntN(32))),
	}
	kind := abi.ArgumentMarshaling{Name: fmt.Sprintf("f%d", g.IntN(1e9)), Type: scalars[g.IntN(len(scalars))]}
	if depth < 3 && g.IntN(3) == 0 {
		kind.Type = "tuple"
		for range 1 + g.IntN(3) {
			kind.Components = append(kind.Components, g.kind(depth+1))
		}
	}
	for range g.IntN(3) {
		kind.Type += []string{"[]", "[2]", "[1]"}[g.IntN(3)]
	}
	return kind
}

func (g generator) value(kind *abi.Type) any {
	random := func(size int) []byte {
		raw := make([]byte, size)
		for i := range raw {
			raw[i] = byte(g.Uint32())
		}
		return raw
	}
	switch kind.T {
	case abi.BoolTy:
		return g.IntN(2) == 0
	case abi.AddressTy:
		return common.BytesToAddress(random(20)).Hex()
	case abi.StringTy:
		return strings.Repeat("ä€", g.IntN(20))
	case abi.BytesTy:
		return "0x" + hex.EncodeToString(random(g.IntN(70)))
	case abi.FixedBytesTy:
		return "0x" + hex.EncodeToString(random(kind.Size))
	case abi.UintTy, abi.IntTy:
		number := new(big.Int).SetBytes(random(kind.Size / 8))
		if kind.T == abi.IntTy && number.Bit(kind.Size-1) == 1 {
			number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(kind.Size)))
		}
		if kind.Size <= numberBits {
			return number.Int64()
		}
		return number
	case abi.SliceTy, abi.ArrayTy:
		items := []any{}
		for range map[bool]int{true: kind.Size, false: g.IntN(4)}[kind.T == abi.ArrayTy] {
			items = append(items, g.value(kind.Elem))
		}
		return items
	default:
		tuple := &js.Tuple{}
		for i, name := range kind.TupleRawNames {
			tuple.Set(name, g.value(kind.TupleElems[i]))
		}
		return tuple
	}
}

// TestPackAndUnpackAgree: what ours encodes, go-ethereum's decoder reads as it was.
func TestPackAndUnpackAgree(t *testing.T) {
	t.Parallel()
	rt := modulestest.NewRuntime(t).VU.Runtime()
	g := generator{rand.New(rand.NewPCG(42, 7))}
	for range 1000 {
		var arguments abi.Arguments
		var values []any
		for range 1 + g.IntN(4) {
			marshaled := g.kind(0)
			kind, err := abi.NewType(marshaled.Type, "", marshaled.Components)
			require.NoError(t, err)
			arguments = append(arguments, abi.Argument{Name: marshaled.Name, Type: kind})
			values = append(values, g.value(&kind))
		}
		packed, err := packArgs(arguments, js.Value(rt, values))
		require.NoError(t, err, arguments)
		unpacked, err := unpack(arguments, packed)
		require.NoError(t, err, arguments)
		require.Equal(t, show(t, rt, js.Value(rt, values)), show(t, rt, js.Value(rt, unpacked)), arguments)
	}
}
