package chain

import (
	"context"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/onrush/onrush/extension/internal/fault"
)

// ReadCall is one read of a multicall.
type ReadCall struct {
	To   common.Address
	Data []byte
}

// ReadResult is what one read came to: Output is set unless Err is.
type ReadResult struct {
	Output []byte
	Err    error
}

// aggregate3 takes and gives these, in the contract's order of fields.
type call3 struct {
	Target       common.Address
	AllowFailure bool
	CallData     []byte
}

type result3 struct {
	Success    bool
	ReturnData []byte
}

var multicall3 = mustABI(`[
	{"type":"function","name":"aggregate3","stateMutability":"payable",
	 "inputs":[{"name":"calls","type":"tuple[]","components":[
		{"name":"target","type":"address"},{"name":"allowFailure","type":"bool"},{"name":"callData","type":"bytes"}]}],
	 "outputs":[{"name":"returnData","type":"tuple[]","components":[
		{"name":"success","type":"bool"},{"name":"returnData","type":"bytes"}]}]},
	{"type":"function","name":"getEthBalance","stateMutability":"view",
	 "inputs":[{"name":"addr","type":"address"}],"outputs":[{"name":"balance","type":"uint256"}]}]`)

func mustABI(text string) abi.ABI {
	parsed, err := abi.JSON(strings.NewReader(text))
	if err != nil {
		panic(err)
	}
	return parsed
}

// Reads makes many reads in as few eth_calls as batchSize allows (as a JSON-RPC batch where there is no Multicall3).
// Each has its own outcome.
func (c *Client) Reads(ctx context.Context, calls []ReadCall, block string) ([]ReadResult, error) {
	if len(calls) == 0 {
		return nil, nil
	}
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	results := make([]ReadResult, len(calls))
	// At an earlier block the contract may not have been there.
	there := false
	if block == latest {
		var err error
		if there, err = c.hasMulticall(ctx); err != nil {
			return nil, err
		}
	}
	if !there {
		c.readBatch(ctx, calls, results, block)
		return results, nil
	}
	size := c.options.BatchSize
	forEach((len(calls)+size-1)/size, batchParallelism, func(i int) {
		from, to := i*size, min((i+1)*size, len(calls))
		c.aggregate(ctx, calls[from:to], results[from:to])
	})
	return results, nil
}

// aggregate makes one eth_call of calls. Where the node refuses it as a whole (its gas cap), it is halved.
func (c *Client) aggregate(ctx context.Context, calls []ReadCall, results []ReadResult) {
	failed := c.aggregateOnce(ctx, calls, results)
	if failed == nil {
		return
	}
	if fault.From(failed).Kind == fault.Revert && len(calls) > 1 {
		half := len(calls) / 2
		c.aggregate(ctx, calls[:half], results[:half])
		c.aggregate(ctx, calls[half:], results[half:])
		return
	}
	for i := range results {
		results[i] = ReadResult{Err: failed}
	}
}

func (c *Client) aggregateOnce(ctx context.Context, calls []ReadCall, results []ReadResult) error {
	input := make([]call3, len(calls))
	for i, call := range calls {
		input[i] = call3{Target: call.To, AllowFailure: true, CallData: call.Data}
	}
	data, err := multicall3.Pack("aggregate3", input)
	if err != nil {
		return fault.From(err)
	}
	var output hexutil.Bytes
	if err := c.callInto(ctx, &output, "eth_call", callArgs(nil, &c.options.Multicall, data, nil), latest); err != nil {
		return err
	}
	var parsed struct{ ReturnData []result3 }
	if err := multicall3.UnpackIntoInterface(
		&parsed,
		"aggregate3",
		output,
	); err != nil ||
		len(parsed.ReturnData) != len(calls) {
		return fault.Newf(fault.Protocol, "%s is not Multicall3: set multicallAddress", c.options.Multicall)
	}
	for i, result := range parsed.ReturnData {
		if result.Success {
			results[i] = ReadResult{Output: result.ReturnData}
			continue
		}
		results[i] = ReadResult{
			Err: &fault.Error{
				Code:    3,
				Kind:    fault.Revert,
				Message: "execution reverted",
				Details: details{revert: &Revert{Data: result.ReturnData}},
			},
		}
	}
	return nil
}

func (c *Client) readBatch(ctx context.Context, calls []ReadCall, results []ReadResult, block string) {
	requests := make([]Request, len(calls))
	for i := range calls {
		requests[i] = NewRequest("eth_call", callArgs(nil, &calls[i].To, calls[i].Data, nil), block)
	}
	for i, response := range c.Batch(ctx, requests) {
		var output hexutil.Bytes
		if response.Err == nil {
			response.Err = c.into(&output, "eth_call", response.Result)
		}
		results[i] = ReadResult{Output: output, Err: response.Err}
	}
}

// Balances of many addresses in wei at a block, in order.
func (c *Client) Balances(ctx context.Context, addresses []common.Address, block string) ([]*big.Int, error) {
	if len(addresses) == 0 {
		return nil, nil
	}
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	there := false
	if block == latest {
		var err error
		if there, err = c.hasMulticall(ctx); err != nil {
			return nil, err
		}
	}
	if !there {
		return c.balanceBatch(ctx, addresses, block)
	}
	calls := make([]ReadCall, len(addresses))
	for i, address := range addresses {
		data, err := multicall3.Pack("getEthBalance", address)
		if err != nil {
			return nil, fault.From(err)
		}
		calls[i] = ReadCall{To: c.options.Multicall, Data: data}
	}
	results, failed := c.Reads(ctx, calls, latest)
	if failed != nil {
		return nil, failed
	}
	balances := make([]*big.Int, len(addresses))
	for i, result := range results {
		if result.Err != nil {
			return nil, result.Err
		}
		balances[i] = new(big.Int).SetBytes(result.Output)
	}
	return balances, nil
}

func (c *Client) balanceBatch(ctx context.Context, addresses []common.Address, block string) ([]*big.Int, error) {
	requests := make([]Request, len(addresses))
	for i, address := range addresses {
		requests[i] = NewRequest("eth_getBalance", address, block)
	}
	balances := make([]*big.Int, len(addresses))
	for i, response := range c.Batch(ctx, requests) {
		if response.Err != nil {
			return nil, response.Err
		}
		var balance amount
		if err := c.into(&balance, "eth_getBalance", response.Result); err != nil {
			return nil, err
		}
		balances[i] = balance.big()
	}
	return balances, nil
}
