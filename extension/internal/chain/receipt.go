package chain

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
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
