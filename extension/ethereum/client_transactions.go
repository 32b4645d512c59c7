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

// transactionOf reads a TransactionRequest.
func transactionOf(request reader) (chain.Tx, error) {
	tx := envelope(request)
	tx.To, tx.Data = request.address("to"), request.bytes("data")
	if tx.To == nil && len(tx.Data) == 0 {
		request.Need("to")
	}
	return tx, request.Err()
}

// envelope reads what all transactions have: everything but to and data.
func envelope(request reader) chain.Tx {
	tx := chain.Tx{
		Value: request.wei("value"),
		Gas:   request.Number("gas", 0, math.MaxInt64),
		Fees: chain.Fees{
			GasPrice: request.wei("gasPrice"), FeeCap: request.wei("maxFeePerGas"), TipCap: request.wei("maxPriorityFeePerGas"),
		},
	}
	if from := request.account("account"); from != nil {
		tx.From = chain.Signer{Address: from.Address, Sign: from.Sign}
	}
	if _, ok := request.Get("nonce"); ok {
		nonce := request.Number("nonce", 0, math.MaxInt64)
		tx.Nonce = &nonce
	}
	if tx.Fees.GasPrice != nil && (tx.Fees.FeeCap != nil || tx.Fees.TipCap != nil) {
		request.Fail(fmt.Errorf("%s: give it, or maxFeePerGas and maxPriorityFeePerGas, not both", request.Name("gasPrice")))
	}
	return tx
}

func (c *client) sendTransaction(parameters reader) (sobek.Value, error) {
	tx, err := transactionOf(parameters)
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
		if txs[i], err = transactionOf(read("Client.sendTransactions", item, fmt.Sprintf("requests[%d]", i))); err != nil {
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

func (c *client) waitForTransactionReceipt(parameters reader) (sobek.Value, error) {
	hash := parameters.hash("hash")
	timeout := parameters.milliseconds("timeout", defaultWait)
	confirmations := parameters.Number("confirmations", 1, 10_000)
	contract := js.Option(
		parameters.Options,
		"abi",
		nil,
		func(value sobek.Value, _ string) (*abi.ABI, error) { return c.parseABI(value) },
	)
	if err := parameters.Err(); err != nil {
		return nil, err
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
