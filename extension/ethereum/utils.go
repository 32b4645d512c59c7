package ethereum

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
)

const (
	etherDecimals = 18
	gweiDecimals  = 9
)

func (m *Module) keccak256(call sobek.FunctionCall) (sobek.Value, error) {
	data, err := js.HexBytes(call.Argument(0), "data")
	if err != nil {
		return nil, err
	}
	return hexValue(m.rt(), crypto.Keccak256(data)), nil
}

func (m *Module) getAddress(call sobek.FunctionCall) (sobek.Value, error) {
	address, err := addressOf(call.Argument(0), "address")
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(address.Hex()), nil
}

func (m *Module) parseEther(call sobek.FunctionCall) (sobek.Value, error) {
	return m.parseUnits(call, "ether", etherDecimals)
}

func (m *Module) parseGwei(call sobek.FunctionCall) (sobek.Value, error) {
	return m.parseUnits(call, "gwei", gweiDecimals)
}

func (m *Module) parseUnits(call sobek.FunctionCall, what string, decimals int) (sobek.Value, error) {
	text, err := js.Text(call.Argument(0), what)
	if err != nil {
		return nil, err
	}
	wei, err := parseUnits(text, decimals)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return m.rt().ToValue(wei), nil
}

func (m *Module) formatEther(call sobek.FunctionCall) (sobek.Value, error) {
	wei, err := js.Integer(call.Argument(0), "wei")
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(formatUnits(wei, etherDecimals)), nil
}

// parseUnits reads a decimal fraction exactly. More digits than the unit has are an error, not rounded: money is never
// lost silently.
func parseUnits(text string, decimals int) (*big.Int, error) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(digits) > 100 || whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return nil, fmt.Errorf("want a decimal number such as 0.25")
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > decimals {
		return nil, fmt.Errorf("want %d digits after the point at most", decimals)
	}
	wei, _ := new(big.Int).SetString("0"+whole+fraction+strings.Repeat("0", decimals-len(fraction)), 10)
	if negative {
		wei.Neg(wei)
	}
	return wei, nil
}

// formatUnits is the reverse: no trailing zeros, no exponent.
func formatUnits(wei *big.Int, decimals int) string {
	digits := new(big.Int).Abs(wei).String()
	if missing := decimals + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	text := digits[:len(digits)-decimals]
	if fraction := strings.TrimRight(digits[len(digits)-decimals:], "0"); fraction != "" {
		text += "." + fraction
	}
	if wei.Sign() < 0 {
		text = "-" + text
	}
	return text
}
