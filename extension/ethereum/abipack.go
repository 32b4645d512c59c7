package ethereum

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// maxABIDepth bounds the nesting of types, since Go cannot recover from a stack overflow.
const maxABIDepth = 32

// element is one value to be encoded, with its type and what errors call it.
type element struct {
	kind  *abi.Type
	value sobek.Value
	what  string
}

// packArgs encodes a script's arguments (an array, or nothing where arguments is empty). It goes straight from
// JavaScript values to bytes: by way of go-ethereum's Go types it would take reflection and lose the name of the wrong
// argument.
func packArgs(arguments abi.Arguments, value sobek.Value) ([]byte, error) {
	var values []sobek.Value
	if !js.IsNil(value) {
		var err error
		if values, err = itemsOf(value, "args"); err != nil {
			return nil, err
		}
	}
	if len(values) != len(arguments) {
		return nil, fmt.Errorf("args: want %d, got %d", len(arguments), len(values))
	}
	elements := make([]element, len(arguments))
	for i := range arguments {
		name := arguments[i].Name
		if name == "" {
			name = fmt.Sprint(i)
		}
		elements[i] = element{&arguments[i].Type, values[i], "argument " + name}
	}
	return encodeSequence(elements, 0)
}

// encodeSequence encodes elements as Solidity lays out tuples, arrays and argument lists: heads first, then the tails
// of dynamic ones.
func encodeSequence(elements []element, depth int) ([]byte, error) {
	if depth > maxABIDepth {
		return nil, fmt.Errorf("%s: types nested more than %d deep", elements[0].what, maxABIDepth)
	}
	encoded := make([][]byte, len(elements))
	headSize := 0
	for i, e := range elements {
		var err error
		if encoded[i], err = encodeElement(e, depth); err != nil {
			return nil, err
		}
		if isDynamic(e.kind) {
			headSize += 32
		} else {
			headSize += len(encoded[i])
		}
	}
	var heads, tails []byte
	for i, e := range elements {
		if isDynamic(e.kind) {
			heads = append(heads, math.U256Bytes(big.NewInt(int64(headSize+len(tails))))...)
			tails = append(tails, encoded[i]...)
		} else {
			heads = append(heads, encoded[i]...)
		}
	}
	return append(heads, tails...), nil
}

func encodeElement(e element, depth int) ([]byte, error) {
	switch e.kind.T {
	case abi.UintTy, abi.IntTy:
		return wordOf(e.value, e.kind.Size, e.kind.T == abi.IntTy, e.what)
	case abi.BoolTy:
		flag, err := boolOf(e.value, e.what)
		word := make([]byte, 32)
		if flag {
			word[31] = 1
		}
		return word, err
	case abi.AddressTy:
		address, err := addressOf(e.value, e.what)
		return leftPad(address[:]), err
	case abi.FixedBytesTy:
		raw, err := fixedOf(e.value, e.kind.Size, e.what)
		return rightPad(raw), err
	case abi.BytesTy:
		raw, err := js.HexBytes(e.value, e.what)
		return withLength(len(raw), rightPad(raw)), err
	case abi.StringTy:
		text, err := js.Text(e.value, e.what)
		return withLength(len(text), rightPad([]byte(text))), err
	case abi.SliceTy, abi.ArrayTy:
		return encodeArray(e, depth)
	case abi.TupleTy:
		elements, err := components(e)
		if err != nil {
			return nil, err
		}
		return encodeSequence(elements, depth+1)
	default:
		return nil, fmt.Errorf("%s: ABI type %s is not supported", e.what, e.kind)
	}
}

func encodeArray(e element, depth int) ([]byte, error) {
	values, err := itemsOf(e.value, e.what)
	if err != nil {
		return nil, err
	}
	if e.kind.T == abi.ArrayTy && len(values) != e.kind.Size {
		return nil, fmt.Errorf("%s: want %d elements, got %d", e.what, e.kind.Size, len(values))
	}
	elements := make([]element, len(values))
	for i, value := range values {
		elements[i] = element{e.kind.Elem, value, fmt.Sprintf("%s[%d]", e.what, i)}
	}
	encoded, err := encodeSequence(elements, depth+1)
	if err != nil || e.kind.T == abi.ArrayTy {
		return encoded, err
	}
	return withLength(len(values), encoded), nil
}

// components gives a tuple's elements from an object by component name, or from an array by position.
func components(e element) ([]element, error) {
	object, err := js.Object(e.value, e.what)
	if err != nil {
		return nil, js.Want(e.what, "an object with the tuple's components", e.value)
	}
	names, kinds := e.kind.TupleRawNames, e.kind.TupleElems
	elements := make([]element, len(kinds))
	if object.ClassName() == "Array" {
		values, err := itemsOf(object, e.what)
		if err != nil {
			return nil, err
		}
		if len(values) != len(kinds) {
			return nil, fmt.Errorf("%s: want %d components, got %d", e.what, len(kinds), len(values))
		}
		for i, value := range values {
			elements[i] = element{kinds[i], value, e.what + "." + names[i]}
		}
		return elements, nil
	}
	for i, name := range names {
		elements[i] = element{kinds[i], object.Get(name), e.what + "." + name}
	}
	return elements, nil
}

func isDynamic(kind *abi.Type) bool {
	switch kind.T {
	case abi.StringTy, abi.BytesTy, abi.SliceTy:
		return true
	case abi.ArrayTy:
		return isDynamic(kind.Elem)
	case abi.TupleTy:
		for _, component := range kind.TupleElems {
			if isDynamic(component) {
				return true
			}
		}
	}
	return false
}

func withLength(length int, encoded []byte) []byte {
	return append(math.U256Bytes(big.NewInt(int64(length))), encoded...)
}
