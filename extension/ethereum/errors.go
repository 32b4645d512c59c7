package ethereum

import (
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/fault"
	"github.com/onrush/onrush/extension/internal/js"
)

// faults are this module's errors as index.d.ts declares them.
var faults = js.Faults{Name: "EthereumError", Details: func(err *fault.Error) *js.Tuple {
	properties := &js.Tuple{}
	if hash := chain.TxHashOf(err); hash != "" {
		properties.Set("hash", hash)
	}
	if revert := chain.RevertOf(err); revert != nil {
		properties.Set("revert", revertValue(revert))
	}
	return properties
}}

// revertValue is a revert in the shape scripts see: {name, args, data}.
func revertValue(revert *chain.Revert) *js.Tuple {
	args := revert.Args
	if args == nil {
		args = []any{}
	}
	return js.NewTuple("name", revert.Name, "args", args, "data", hexutil.Encode(revert.Data))
}
