package ethereum

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/fault"
	"github.com/onrush/onrush/extension/internal/js"
)

// contractCall is a ContractCall with its arguments encoded.
type contractCall struct {
	address common.Address
	abi     *abi.ABI
	method  *abi.Method
	data    []byte
}

func (c *client) contractCall(parameters reader) (*contractCall, error) {
	call := &contractCall{address: parameters.needAddress("address")}
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	var err error
	if call.abi, err = c.parseABI(parameters.Value("abi")); err == nil {
		call.method, call.data, err = methodCall(call.abi, parameters.Value("functionName"), parameters.Value("args"))
	}
	if what := strings.TrimSuffix(parameters.Name(""), "."); err != nil && what != "" {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return call, err
}

// output decodes what the call returned.
func (c *contractCall) output(data []byte, err error) ([]any, error) {
	if err != nil {
		return nil, explain(c.abi, err)
	}
	if len(data) == 0 && len(c.method.Outputs) > 0 {
		return nil, &fault.Error{
			Kind:    fault.Protocol,
			Message: fmt.Sprintf("%s at %s returned nothing: is there a contract?", c.method.RawName, c.address),
		}
	}
	values, err := unpack(c.method.Outputs, data)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Protocol, Message: fmt.Sprintf("%s: %s", c.method.RawName, err)}
	}
	return values, nil
}

func (c *client) readContract(parameters reader) (sobek.Value, error) {
	call, err := c.contractCall(parameters)
	if err != nil {
		return nil, err
	}
	from, block := parameters.address("account"), parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) ([]any, error) {
		return call.output(c.chain.Read(ctx, from, call.address, call.data, block))
	}, func(rt *sobek.Runtime, values []any) (sobek.Value, error) {
		return outputsToJS(rt, values), nil
	})
}

func (c *client) writeContract(parameters reader) (sobek.Value, error) {
	call, err := c.contractCall(parameters)
	if err != nil {
		return nil, err
	}
	tx := envelope(parameters)
	tx.To, tx.Data = &call.address, call.data
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return c.submit(call.abi, tx)
}

func (c *client) deployContract(parameters reader) (sobek.Value, error) {
	contract, err := c.parseABI(parameters.Value("abi"))
	if err != nil {
		return nil, err
	}
	tx := envelope(parameters)
	bytecode := parameters.bytes("bytecode")
	if len(bytecode) == 0 {
		parameters.Missing("bytecode")
	}
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	packed, err := packArgs(contract.Constructor.Inputs, parameters.Value("args"))
	if err != nil {
		return nil, fmt.Errorf("constructor: %w", err)
	}
	tx.Data = slices.Concat(bytecode, packed)
	return c.submit(contract, tx)
}

// readOutcome is one read of a multicall.
type readOutcome struct {
	values []any
	err    error
}

func (c *client) multicall(parameters reader) (sobek.Value, error) {
	items, err := itemsOf(parameters.Value("contracts"), "contracts")
	if err != nil {
		return nil, err
	}
	block := parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	calls := make([]*contractCall, len(items))
	reads := make([]chain.ReadCall, len(items))
	for i, item := range items {
		options := read("Client.multicall contracts[]", item, fmt.Sprintf("contracts[%d]", i))
		if calls[i], err = c.contractCall(options); err != nil {
			return nil, err
		}
		reads[i] = chain.ReadCall{To: calls[i].address, Data: calls[i].data}
	}
	return promise(c, func(ctx context.Context) ([]readOutcome, error) {
		results, err := c.chain.Reads(ctx, reads, block)
		outcomes := make([]readOutcome, len(results))
		for i, result := range results {
			outcomes[i].values, outcomes[i].err = calls[i].output(result.Output, result.Err)
		}
		return outcomes, err
	}, func(rt *sobek.Runtime, outcomes []readOutcome) (sobek.Value, error) {
		results := make([]any, len(outcomes))
		for i, outcome := range outcomes {
			if outcome.err != nil {
				results[i] = js.NewTuple("status", "failure", "error", faults.Object(rt, outcome.err))
			} else {
				results[i] = js.NewTuple("status", "success", "result", outputsToJS(rt, outcome.values))
			}
		}
		return js.Value(rt, results), nil
	})
}
