package ethereum

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/fault"
	"github.com/onrush/onrush/extension/internal/js"
)

// panics names Solidity's panic codes that happen.
var panics = map[string]string{
	"1":  "assertion failed",
	"17": "arithmetic overflow",
	"18": "division by zero",
	"33": "no such enum value",
	"49": "pop of an empty array",
	"50": "array index out of bounds",
	"65": "out of memory",
	"81": "call of an uninitialised function",
}

// explain adds to a revert's error what the contract said, decoded by contract's ABI (which may be nil). Other errors
// pass as they are.
func explain(contract *abi.ABI, err error) error {
	if err == nil {
		return nil
	}
	revert := chain.RevertOf(err)
	if fault.From(err).Kind != fault.Revert || revert == nil {
		return fault.From(err)
	}
	revert = decodeRevert(contract, revert.Data)
	explained := chain.WithRevert(err, revert)
	if revert != nil && revert.Name != "" {
		explained.Message = "execution reverted: " + sentence(revert)
	}
	return explained
}

// sentence is a revert in words: the reason of Error(string), the meaning of Panic, else Name(arg, ...).
func sentence(revert *chain.Revert) string {
	args := make([]string, len(revert.Args))
	for i, arg := range revert.Args {
		args[i] = inWords(arg)
	}
	switch {
	case revert.Name == "Error" && len(args) == 1:
		return args[0]
	case revert.Name == "Panic" && len(args) == 1 && panics[args[0]] != "":
		return "panic: " + panics[args[0]]
	default:
		return fmt.Sprintf("%s(%s)", revert.Name, strings.Join(args, ", "))
	}
}

func inWords(value any) string {
	switch v := value.(type) {
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = inWords(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case *js.Tuple:
		return inWords(v.Values)
	default:
		return fmt.Sprint(v)
	}
}
