package chain

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// quantity is a JSON-RPC number below 2^64. Leading zeros, which some nodes send, are accepted.
type quantity uint64

func (q *quantity) UnmarshalJSON(text []byte) error {
	digits, err := hexDigits(text)
	if err != nil {
		return err
	}
	value, err := strconv.ParseUint(digits, 16, 64)
	*q = quantity(value)
	return err
}

// amount is a JSON-RPC number of any size.
type amount big.Int

func (a *amount) UnmarshalJSON(text []byte) error {
	digits, err := hexDigits(text)
	if err != nil {
		return err
	}
	if _, ok := (*big.Int)(a).SetString(digits, 16); !ok {
		return fmt.Errorf("not a number: %s", digits)
	}
	return nil
}

func (a *amount) big() *big.Int { return (*big.Int)(a) }

func hexDigits(text []byte) (string, error) {
	quoted := string(text)
	if len(quoted) < 5 || !strings.HasPrefix(quoted, `"0x`) || !strings.HasSuffix(quoted, `"`) {
		return "", fmt.Errorf("not a hex number: %.20s", quoted)
	}
	return quoted[3 : len(quoted)-1], nil
}

// hexQuantity writes a number the way JSON-RPC wants it.
func hexQuantity(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }

func hexAmount(n *big.Int) string { return "0x" + n.Text(16) }
