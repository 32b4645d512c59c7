package ethereum

import (
	"fmt"
	"math/big"
	"reflect"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/js"
)

// numberBits is the widest integer type given as a JavaScript number; wider ones are bigint whatever their value, as in
// viem.
const numberBits = 48

// unpackToJS decodes a call's result in viem's shapes: nothing is undefined, one output is itself, several are an
// array. JS thread only.
func unpackToJS(rt *sobek.Runtime, outputs abi.Arguments, data []byte) (sobek.Value, error) {
	values, err := unpack(outputs, data)
	if err != nil {
		return nil, err
	}
	return outputsToJS(rt, values), nil
}

func outputsToJS(rt *sobek.Runtime, values []any) sobek.Value {
	switch len(values) {
	case 0:
		return sobek.Undefined()
	case 1:
		return js.Value(rt, values[0])
	default:
		return js.Value(rt, values)
	}
}

// unpack decodes data into what js.Value makes viem's shapes of. It needs no runtime, so it can run off the JS thread.
func unpack(outputs abi.Arguments, data []byte) ([]any, error) {
	if len(outputs) == 0 {
		return nil, nil
	}
	decoded, err := outputs.Unpack(data)
	if err != nil {
		return nil, fmt.Errorf("the answer does not fit the ABI (is there a contract at this address?): %w", err)
	}
	values := make([]any, len(decoded))
	for i := range decoded {
		values[i] = plain(&outputs[i].Type, reflect.ValueOf(decoded[i]))
	}
	return values, nil
}

// plain turns one of go-ethereum's decoded values into one that js.Value understands.
func plain(kind *abi.Type, value reflect.Value) any {
	switch kind.T {
	case abi.UintTy, abi.IntTy:
		return plainInteger(kind.Size, value)
	case abi.BoolTy:
		return value.Bool()
	case abi.StringTy:
		return value.String()
	case abi.AddressTy:
		address, _ := value.Interface().(common.Address)
		return address.Hex()
	case abi.BytesTy:
		return hexutil.Encode(value.Bytes())
	case abi.FixedBytesTy:
		raw := make([]byte, value.Len())
		reflect.Copy(reflect.ValueOf(raw), value)
		return hexutil.Encode(raw)
	case abi.SliceTy, abi.ArrayTy:
		items := make([]any, value.Len())
		for i := range items {
			items[i] = plain(kind.Elem, value.Index(i))
		}
		return items
	case abi.TupleTy:
		tuple := &js.Tuple{}
		for i, name := range kind.TupleRawNames {
			tuple.Set(name, plain(kind.TupleElems[i], value.Field(i)))
		}
		return tuple
	default:
		return fmt.Sprint(value.Interface())
	}
}

func plainInteger(bits int, value reflect.Value) any {
	var number *big.Int
	switch {
	case value.CanUint():
		number = new(big.Int).SetUint64(value.Uint())
	case value.CanInt():
		number = big.NewInt(value.Int())
	default:
		number, _ = value.Interface().(*big.Int)
	}
	if bits <= numberBits && number != nil {
		return number.Int64()
	}
	return number
}

var (
	textArguments  = mustArguments("string")
	panicArguments = mustArguments("uint256")
)

func mustArguments(name string) abi.Arguments {
	kind, err := abi.NewType(name, "", nil)
	if err != nil {
		panic(err) // a constant of this file
	}
	return abi.Arguments{{Type: kind}}
}

// decodeRevert reads what a contract reverted with: Error(string), Panic(uint256) or a custom error of contract (which
// may be nil). Data that names none of them is given without a name; no data gives nil.
func decodeRevert(contract *abi.ABI, data []byte) *chain.Revert {
	if len(data) == 0 {
		return nil
	}
	revert := &chain.Revert{Data: data}
	if len(data) < 4 {
		return revert
	}
	try := func(name string, inputs abi.Arguments) {
		if args, err := unpack(inputs, data[4:]); err == nil {
			revert.Name, revert.Args = name, args
		}
	}
	switch selector := [4]byte(data); selector {
	case [4]byte{0x08, 0xc3, 0x79, 0xa0}:
		try("Error", textArguments)
	case [4]byte{0x4e, 0x48, 0x7b, 0x71}:
		try("Panic", panicArguments)
	default:
		if contract == nil {
			break
		}
		for _, declared := range contract.Errors {
			if [4]byte(declared.ID[:4]) == selector {
				try(declared.Name, declared.Inputs)
			}
		}
	}
	return revert
}
