package chain

import (
	"context"
	"encoding/json"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/onrush/onrush/extension/internal/fault"
)

// Receipt of a transaction in a block.
type Receipt struct {
	TransactionHash common.Hash
	BlockHash       common.Hash
	BlockNumber     uint64
	// Succeeded is false where the transaction was included but reverted.
	Succeeded         bool
	From              common.Address
	To                *common.Address
	ContractAddress   *common.Address
	GasUsed           uint64
	EffectiveGasPrice *big.Int
	Logs              []Log
}

// Log is one event of a receipt.
type Log struct {
	Address common.Address
	Topics  []common.Hash
	Data    []byte
	Index   uint64
}

type wireReceipt struct {
	TransactionHash   common.Hash     `json:"transactionHash"`
	BlockHash         *common.Hash    `json:"blockHash"`
	BlockNumber       *quantity       `json:"blockNumber"`
	Status            *quantity       `json:"status"`
	From              common.Address  `json:"from"`
	To                *common.Address `json:"to"`
	ContractAddress   *common.Address `json:"contractAddress"`
	GasUsed           quantity        `json:"gasUsed"`
	EffectiveGasPrice *amount         `json:"effectiveGasPrice"`
	Logs              []struct {
		Address common.Address `json:"address"`
		Topics  []common.Hash  `json:"topics"`
		Data    hexutil.Bytes  `json:"data"`
		Index   quantity       `json:"logIndex"`
	} `json:"logs"`
}

// receipt is nil where the node answered null, or with a receipt of a block not yet made.
func (w *wireReceipt) receipt() *Receipt {
	if w == nil || w.BlockNumber == nil || w.BlockHash == nil {
		return nil
	}
	receipt := &Receipt{
		TransactionHash: w.TransactionHash, BlockHash: *w.BlockHash, BlockNumber: uint64(*w.BlockNumber),
		Succeeded: w.Status == nil || *w.Status == 1, // no status: a chain older than Byzantium
		From:      w.From, To: w.To, ContractAddress: w.ContractAddress, GasUsed: uint64(w.GasUsed),
		EffectiveGasPrice: new(big.Int), Logs: make([]Log, len(w.Logs)),
	}
	if w.EffectiveGasPrice != nil {
		receipt.EffectiveGasPrice = w.EffectiveGasPrice.big()
	}
	for i, log := range w.Logs {
		receipt.Logs[i] = Log{Address: log.Address, Topics: log.Topics, Data: log.Data, Index: uint64(log.Index)}
	}
	return receipt
}

// RevertReason replays a reverted transaction to learn what the contract said: on the state its block left and, if it
// does not revert there, on the state before. nil if the node cannot tell (it keeps no old states, or the transaction
// succeeds in both).
func (c *Client) RevertReason(ctx context.Context, receipt *Receipt) error {
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
			if err != nil && fault.From(err).Kind == fault.Revert {
				return err
			}
			if err == nil || !fault.From(err).Retryable {
				break
			}
		}
	}
	return nil
}
