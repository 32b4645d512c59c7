package ethereum

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/js"
)

const defaultWait = 60_000

// transaction reads a TransactionRequest.
func transaction(object *sobek.Object, prefix string) (chain.Tx, error) {
	read := reader{object: object, prefix: prefix}
	tx := envelope(&read)
	tx.To, tx.Data = read.address("to"), read.bytes("data")
	if read.err == nil && tx.To == nil && len(tx.Data) == 0 {
		read.missing("to")
	}
	return tx, read.err
}

// envelope reads what all transactions have: everything but to and data.
func envelope(read *reader) chain.Tx {
	tx := chain.Tx{
		Value: read.wei("value"),
		Gas:   read.number("gas", 0, math.MaxInt64),
		Fees:  chain.Fees{GasPrice: read.wei("gasPrice"), FeeCap: read.wei("maxFeePerGas"), TipCap: read.wei("maxPriorityFeePerGas")},
	}
	if from := read.account("account"); from != nil {
		tx.From = chain.Signer{Address: from.Address, Sign: from.Sign}
	}
	if _, ok := read.get("nonce"); ok {
		nonce := read.number("nonce", 0, math.MaxInt64)
		tx.Nonce = &nonce
	}
	if read.err == nil && tx.Fees.GasPrice != nil && (tx.Fees.FeeCap != nil || tx.Fees.TipCap != nil) {
		read.err = fmt.Errorf("%sgasPrice: give it, or maxFeePerGas and maxPriorityFeePerGas, not both", read.prefix)
	}
	return tx
}

func (c *client) sendTransaction(parameters *sobek.Object) (sobek.Value, error) {
	tx, err := transaction(parameters, "")
	if err != nil {
		return nil, err
	}
	return c.submit(nil, tx)
}

// submit sends one transaction; contract (which may be nil) decodes its custom errors.
func (c *client) submit(contract *abi.ABI, tx chain.Tx) (sobek.Value, error) {
	return promise(c, func(ctx context.Context) (common.Hash, error) {
		sent := c.chain.Send(ctx, []chain.Tx{tx})[0]
		if sent.Err != nil {
			return common.Hash{}, explain(contract, sent.Err)
		}
		return sent.Hash, nil
	})
}

func (c *client) sendTransactions(value sobek.Value) (sobek.Value, error) {
	items, err := itemsOf(value, "requests")
	if err != nil {
		return nil, err
	}
	txs := make([]chain.Tx, len(items))
	for i, item := range items {
		what := fmt.Sprintf("requests[%d]", i)
		object, err := js.Object(item, what)
		if err != nil {
			return nil, err
		}
		if txs[i], err = transaction(object, what+"."); err != nil {
			return nil, err
		}
	}
	return promise(c, func(ctx context.Context) ([]chain.Sent, error) {
		return c.chain.Send(ctx, txs), nil
	}, func(rt *sobek.Runtime, results []chain.Sent) (sobek.Value, error) {
		outcomes := make([]any, len(results))
		for i, sent := range results {
			if sent.Err != nil {
				outcomes[i] = js.NewTuple("error", faults.Object(rt, explain(nil, sent.Err)))
			} else {
				outcomes[i] = js.NewTuple("hash", sent.Hash)
			}
		}
		return js.Value(rt, outcomes), nil
	})
}

func (c *client) waitForTransactionReceipt(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	hash := read.hash("hash")
	timeout := read.milliseconds("timeout", defaultWait)
	confirmations := read.number("confirmations", 1, 10_000)
	var contract *abi.ABI
	if value, ok := read.get("abi"); ok {
		parsed, err := c.parseABI(value)
		contract = keep(&read, parsed, err)
	}
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) (*js.Tuple, error) {
		outcome, err := c.chain.Wait(ctx, hash, timeout, int(confirmations)) //nolint:gosec // bounded
		if err != nil {
			return nil, err
		}
		receipt := receiptTuple(outcome)
		if contract != nil && !outcome.Receipt.Succeeded {
			if reason := explain(contract, c.chain.RevertReason(ctx, outcome.Receipt)); reason != nil {
				if revert := chain.RevertOf(reason); revert != nil {
					receipt.Set("revert", revertValue(revert))
				}
			}
		}
		return receipt, nil
	}, tuple)
}

// receiptTuple is a receipt in viem's shape.
func receiptTuple(outcome chain.Outcome) *js.Tuple {
	r := outcome.Receipt
	status := "reverted"
	if r.Succeeded {
		status = "success"
	}
	logs := make([]any, len(r.Logs))
	for i, log := range r.Logs {
		topics := make([]any, len(log.Topics))
		for k, topic := range log.Topics {
			topics[k] = topic
		}
		logs[i] = js.NewTuple(
			"address", log.Address, "topics", topics, "data", hexutil.Bytes(log.Data), "logIndex", log.Index,
			"blockNumber", big64(r.BlockNumber), "transactionHash", r.TransactionHash,
		)
	}
	receipt := js.NewTuple(
		"transactionHash", r.TransactionHash, "blockHash", r.BlockHash, "blockNumber", big64(r.BlockNumber), "status", status,
		"from", r.From, "to", optional(r.To), "contractAddress", optional(r.ContractAddress),
		"gasUsed", big64(r.GasUsed), "effectiveGasPrice", r.EffectiveGasPrice, "logs", logs,
	)
	if outcome.TimeToMine > 0 {
		receipt.Set("timeToMine", float64(outcome.TimeToMine)/float64(time.Millisecond))
	}
	return receipt
}

// optional is null for no address.
func optional(address *common.Address) any {
	if address == nil {
		return nil
	}
	return *address
}
