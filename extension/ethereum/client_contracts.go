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

func (c *client) contractCall(parameters *sobek.Object, prefix string) (*contractCall, error) {
	read := reader{object: parameters, prefix: prefix}
	call := &contractCall{address: read.needAddress("address")}
	if read.err != nil {
		return nil, read.err
	}
	var err error
	if call.abi, err = c.parseABI(parameters.Get("abi")); err == nil {
		call.method, call.data, err = methodCall(call.abi, parameters)
	}
	if err != nil && prefix != "" {
		return nil, fmt.Errorf("%s: %w", strings.TrimSuffix(prefix, "."), err)
	}
	return call, err
}

// output decodes what the call returned.
func (c *contractCall) output(data []byte, err error) ([]any, error) {
	if err != nil {
		return nil, explain(c.abi, err)
	}
	if len(data) == 0 && len(c.method.Outputs) > 0 {
		return nil, &fault.Error{Kind: fault.Protocol, Message: fmt.Sprintf("%s at %s returned nothing: is there a contract?", c.method.RawName, c.address)}
	}
	values, err := unpack(c.method.Outputs, data)
	if err != nil {
		return nil, &fault.Error{Kind: fault.Protocol, Message: fmt.Sprintf("%s: %s", c.method.RawName, err)}
	}
	return values, nil
}

func (c *client) readContract(parameters *sobek.Object) (sobek.Value, error) {
	call, err := c.contractCall(parameters, "")
	if err != nil {
		return nil, err
	}
	read := reader{object: parameters}
	from := read.address("account")
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) ([]any, error) {
		return call.output(c.chain.Read(ctx, from, call.address, call.data))
	}, func(rt *sobek.Runtime, values []any) (sobek.Value, error) {
		return outputsToJS(rt, values), nil
	})
}

func (c *client) writeContract(parameters *sobek.Object) (sobek.Value, error) {
	call, err := c.contractCall(parameters, "")
	if err != nil {
		return nil, err
	}
	read := reader{object: parameters}
	tx := envelope(&read)
	tx.To, tx.Data = &call.address, call.data
	if read.err != nil {
		return nil, read.err
	}
	return c.submit(call.abi, tx)
}

func (c *client) deployContract(parameters *sobek.Object) (sobek.Value, error) {
	contract, err := c.parseABI(parameters.Get("abi"))
	if err != nil {
		return nil, err
	}
	read := reader{object: parameters}
	tx := envelope(&read)
	bytecode := read.bytes("bytecode")
	if len(bytecode) == 0 {
		read.missing("bytecode")
	}
	if read.err != nil {
		return nil, read.err
	}
	packed, err := packArgs(contract.Constructor.Inputs, parameters.Get("args"))
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

func (c *client) multicall(parameters *sobek.Object) (sobek.Value, error) {
	items, err := itemsOf(parameters.Get("contracts"), "contracts")
	if err != nil {
		return nil, err
	}
	calls := make([]*contractCall, len(items))
	reads := make([]chain.ReadCall, len(items))
	for i, item := range items {
		what := fmt.Sprintf("contracts[%d]", i)
		object, err := js.Object(item, what)
		if err != nil {
			return nil, err
		}
		if calls[i], err = c.contractCall(object, what+"."); err != nil {
			return nil, err
		}
		reads[i] = chain.ReadCall{To: calls[i].address, Data: calls[i].data}
	}
	return promise(c, func(ctx context.Context) ([]readOutcome, error) {
		results, err := c.chain.Reads(ctx, reads)
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
