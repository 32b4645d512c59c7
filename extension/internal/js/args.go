package js

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"

	"github.com/grafana/sobek"
)

// The functions of this file read arguments of scripts. what names the argument in errors ("argument 1",
// "options.size"); errors never contain the value, which may be a secret.

// IsNil tells whether value is missing, undefined or null.
func IsNil(value sobek.Value) bool {
	return value == nil || sobek.IsUndefined(value) || sobek.IsNull(value)
}

// Object wants a plain object or array, not a primitive.
func Object(value sobek.Value, what string) (*sobek.Object, error) {
	if object, ok := value.(*sobek.Object); ok {
		return object, nil
	}
	return nil, Want(what, "an object", value)
}

// Text wants a string.
func Text(value sobek.Value, what string) (string, error) {
	if text, ok := value.(sobek.String); ok {
		return text.String(), nil
	}
	return "", Want(what, "a string", value)
}

// Integer wants a whole number: bigint, a number that is exact, or a string of digits in decimal or, after 0x, hex.
func Integer(value sobek.Value, what string) (*big.Int, error) {
	if text, ok := value.(sobek.String); ok {
		return integerOf(text.String(), what)
	}
	if _, ok := value.(*sobek.Object); !ok && value != nil {
		switch v := value.Export().(type) {
		case *big.Int:
			return new(big.Int).Set(v), nil
		case int64:
			if v >= -maxSafe && v <= maxSafe {
				return big.NewInt(v), nil
			}
			return nil, fmt.Errorf("%s: want a whole number below 2^53; use a bigint for larger ones", what)
		case float64:
			if v == math.Trunc(v) && math.Abs(v) <= maxSafe {
				return big.NewInt(int64(v)), nil
			}
			return nil, fmt.Errorf("%s: want a whole number below 2^53; use a bigint for larger ones", what)
		}
	}
	return nil, Want(what, "a bigint, a whole number or a string of digits", value)
}

func integerOf(text, what string) (*big.Int, error) {
	digits, base := text, 10
	if strings.HasPrefix(text, "0x") {
		digits, base = text[2:], 16
	}
	// SetString also takes a sign; one is allowed in decimal only. 256 bits have 78 digits: longer ones cost time for
	// nothing.
	if len(digits) > 80 || (base == 16 && strings.ContainsAny(digits, "+-")) {
		return nil, fmt.Errorf("%s: want an integer in decimal or 0x hex", what)
	}
	number, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return nil, fmt.Errorf("%s: want an integer in decimal or 0x hex", what)
	}
	return number, nil
}

// Uint wants a whole number from 0 to max.
func Uint(value sobek.Value, what string, max uint64) (uint64, error) {
	number, err := Integer(value, what)
	if err != nil {
		return 0, err
	}
	if number.Sign() < 0 || !number.IsUint64() || number.Uint64() > max {
		return 0, fmt.Errorf("%s: want a number from 0 to %d", what, max)
	}
	return number.Uint64(), nil
}

// Raw wants an ArrayBuffer or Uint8Array; false when value is neither. The bytes are JavaScript's own: copy what
// outlives the call.
func Raw(value sobek.Value) ([]byte, bool) {
	object, ok := value.(*sobek.Object)
	if !ok {
		return nil, false
	}
	switch object.ExportType() { // before Export, which would make a large sparse array real and end the process
	case reflect.TypeFor[sobek.ArrayBuffer]():
		buffer, ok := object.Export().(sobek.ArrayBuffer)
		return buffer.Bytes(), ok && !buffer.Detached()
	case reflect.TypeFor[[]byte]():
		raw, ok := object.Export().([]byte)
		return raw, ok
	}
	return nil, false
}

// Bytes wants an ArrayBuffer, a Uint8Array, or a string taken as UTF-8.
func Bytes(value sobek.Value, what string) ([]byte, error) {
	if text, ok := value.(sobek.String); ok {
		return []byte(text.String()), nil
	}
	if raw, ok := Raw(value); ok {
		return raw, nil
	}
	return nil, Want(what, "an ArrayBuffer, a Uint8Array or a string", value)
}

// HexBytes wants an ArrayBuffer, a Uint8Array, or a string of hex after 0x.
func HexBytes(value sobek.Value, what string) ([]byte, error) {
	if text, ok := value.(sobek.String); ok {
		digits, prefixed := strings.CutPrefix(text.String(), "0x")
		if !prefixed {
			return nil, fmt.Errorf("%s: want hex that starts with 0x", what)
		}
		raw, err := hex.DecodeString(digits)
		if err != nil {
			return nil, fmt.Errorf("%s: not hex: %s", what, hexFault(digits))
		}
		return raw, nil
	}
	if raw, ok := Raw(value); ok {
		return raw, nil
	}
	return nil, Want(what, "hex (0x...), an ArrayBuffer or a Uint8Array", value)
}

func hexFault(digits string) string {
	if len(digits)%2 != 0 {
		return "an odd number of digits"
	}
	return "a character that is no hex digit"
}

// Want is the error for a value of the wrong type.
func Want(what, wanted string, got sobek.Value) error {
	return fmt.Errorf("%s: want %s, got %s", what, wanted, TypeName(got))
}

// TypeName says what kind of JavaScript value it is.
func TypeName(value sobek.Value) string {
	switch v := value.(type) {
	case nil:
		return "undefined"
	case *sobek.Object:
		switch class := v.ClassName(); class {
		case "Array":
			return "an array"
		case "Function":
			return "a function"
		default:
			return "an object"
		}
	case *sobek.Symbol:
		return "a symbol"
	case sobek.String:
		return "a string"
	}
	if sobek.IsUndefined(value) {
		return "undefined"
	}
	if sobek.IsNull(value) {
		return "null"
	}
	switch value.Export().(type) {
	case *big.Int:
		return "a bigint"
	case bool:
		return "a boolean"
	default:
		return "a number"
	}
}
