package chain

import (
	"context"
	"encoding/json"

	"github.com/ethereum/go-ethereum/common"

	"github.com/onrush/onrush/extension/internal/fault"
)

// WhyReverted replays a reverted transaction to learn what the contract said: on the state its block left and, if it does not revert
// there, on the state before. nil if the node cannot tell (it keeps no old states, or the transaction succeeds in both).
func (c *Client) WhyReverted(ctx context.Context, receipt *Receipt) *fault.Error {
	var tx *struct {
		From  common.Address  `json:"from"`
		To    *common.Address `json:"to"`
		Gas   json.RawMessage `json:"gas"`
		Value json.RawMessage `json:"value"`
		Input json.RawMessage `json:"input"`
	}
	if err := c.callInto(ctx, &tx, "eth_getTransactionByHash", receipt.TransactionHash); err != nil || tx == nil {
		return nil
	}
	args := map[string]any{"from": tx.From}
	for name, value := range map[string]json.RawMessage{"gas": tx.Gas, "value": tx.Value, "data": tx.Input} {
		if len(value) > 0 {
			args[name] = value
		}
	}
	if tx.To != nil {
		args["to"] = *tx.To
	}
	for _, number := range []uint64{receipt.BlockNumber, max(receipt.BlockNumber, 1) - 1} {
		for range 2 { // a second time for the network's sake, but no more: nobody depends on it
			_, err := c.once(ctx, NewRequest("eth_call", args, hexQuantity(number)))
			if err != nil && err.Kind == fault.Revert {
				return err
			}
			if err == nil || !err.Retryable {
				break
			}
		}
	}
	return nil
}
