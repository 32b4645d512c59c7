package ethereum

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

// The scalars of Solidity, as ABI arguments and EIP-712 messages share them.

// wordOf encodes a whole number of the given width as a 32-byte word, two's complement when signed.
func wordOf(value sobek.Value, bits int, signed bool, what string) ([]byte, error) {
	number, err := js.Integer(value, what)
	if err != nil {
		return nil, err
	}
	if !fits(number, bits, signed) {
		kind := "uint"
		if signed {
			kind = "int"
		}
		return nil, fmt.Errorf("%s: out of range for %s%d", what, kind, bits)
	}
	return math.U256Bytes(number), nil // number is ours: U256Bytes changes it
}

func fits(number *big.Int, bits int, signed bool) bool {
	if !signed {
		return number.Sign() >= 0 && number.BitLen() <= bits
	}
	if number.Sign() < 0 { // -2^(bits-1) is allowed: one more than the positive side
		return new(big.Int).Not(number).BitLen() < bits
	}
	return number.BitLen() < bits
}

func boolOf(value sobek.Value, what string) (bool, error) {
	if _, object := value.(*sobek.Object); !object && value != nil {
		if flag, ok := value.Export().(bool); ok {
			return flag, nil
		}
	}
	return false, js.Want(what, "a boolean", value)
}

// addressOf wants an address in hex. Mixed case must be its EIP-55 checksum, so that a typing error does not send money
// away.
func addressOf(value sobek.Value, what string) (common.Address, error) {
	if object, ok := value.(*sobek.Object); ok { // an account stands for its address
		if found, err := accountFrom(object, what); err == nil {
			return found.Address, nil
		}
	}
	text, err := js.Text(value, what)
	if err != nil {
		return common.Address{}, js.Want(what, "an address", value)
	}
	address, err := parseAddress(text)
	if err != nil {
		return common.Address{}, fmt.Errorf("%s: %w", what, err)
	}
	return address, nil
}

func parseAddress(text string) (common.Address, error) {
	digits, prefixed := strings.CutPrefix(text, "0x")
	raw, err := hex.DecodeString(digits)
	if !prefixed || err != nil || len(raw) != common.AddressLength {
		return common.Address{}, fmt.Errorf("not an address: want 0x and 40 hex digits")
	}
	address := common.BytesToAddress(raw)
	mixed := digits != strings.ToLower(digits) && digits != strings.ToUpper(digits)
	if mixed && address.Hex() != text {
		return common.Address{}, fmt.Errorf("not an address: its checksum (EIP-55, the upper and lower case) is wrong")
	}
	return address, nil
}

// fixedOf wants exactly size bytes in hex or a buffer.
func fixedOf(value sobek.Value, size int, what string) ([]byte, error) {
	raw, err := js.HexBytes(value, what)
	if err != nil {
		return nil, err
	}
	if len(raw) != size {
		return nil, fmt.Errorf("%s: want %d bytes, got %d", what, size, len(raw))
	}
	return raw, nil
}

// maxItems bounds an array: a script's mistake must not fill the memory.
const maxItems = 1 << 20

// itemsOf gives an array's elements.
func itemsOf(value sobek.Value, what string) ([]sobek.Value, error) {
	object, ok := value.(*sobek.Object)
	if !ok || object.ClassName() != "Array" {
		return nil, js.Want(what, "an array", value)
	}
	length := object.Get("length").ToInteger()
	if length > maxItems {
		return nil, fmt.Errorf("%s: an array of %d elements is too long (at most %d)", what, length, maxItems)
	}
	var items []sobek.Value
	for i := range length {
		items = append(items, object.Get(fmt.Sprint(i)))
	}
	return items, nil
}

// leftPad and rightPad extend raw to whole 32-byte words with zeros.
func leftPad(raw []byte) []byte { return common.LeftPadBytes(raw, 32) }

func rightPad(raw []byte) []byte { return common.RightPadBytes(raw, (len(raw)+31)/32*32) }
