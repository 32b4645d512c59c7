package ethereum

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/js"
)

// request makes any JSON-RPC call. bigints in params become hex quantities.
func (c *client) request(parameters reader) (sobek.Value, error) {
	parameters.Need("method")
	method := parameters.Text("method")
	if parameters.Err() != nil {
		return nil, parameters.Err()
	}
	params := json.RawMessage("[]")
	if value, ok := parameters.Get("params"); ok {
		if object, isObject := value.(*sobek.Object); !isObject || object.ClassName() != "Array" {
			return nil, js.Want("params", "an array", value)
		}
		text, err := stringify(c.rt(), value)
		if err != nil {
			return nil, fmt.Errorf("params: %w", err)
		}
		params = json.RawMessage(text)
	}
	return promise(c, func(ctx context.Context) (json.RawMessage, error) {
		return c.chain.Call(ctx, method, params)
	}, func(rt *sobek.Runtime, result json.RawMessage) (sobek.Value, error) {
		return jsonFunction(rt, "parse", rt.ToValue(string(result)))
	})
}

// stringify is JSON.stringify with bigints as JSON-RPC writes numbers.
func stringify(rt *sobek.Runtime, value sobek.Value) (string, error) {
	replacer := func(call sobek.FunctionCall) sobek.Value {
		item := call.Argument(1)
		if _, object := item.(*sobek.Object); object || item == nil {
			return item
		}
		if number, ok := item.Export().(*big.Int); ok && number.Sign() >= 0 {
			return rt.ToValue("0x" + number.Text(16))
		}
		return item
	}
	text, err := jsonFunction(rt, "stringify", value, rt.ToValue(replacer))
	if err != nil {
		return "", err
	}
	return text.String(), nil
}

func jsonFunction(rt *sobek.Runtime, name string, args ...sobek.Value) (sobek.Value, error) {
	function, ok := sobek.AssertFunction(rt.GlobalObject().Get("JSON").ToObject(rt).Get(name))
	if !ok {
		return nil, fmt.Errorf("JSON.%s is not a function", name)
	}
	return function(sobek.Undefined(), args...)
}

func (c *client) getChainID(reader) (sobek.Value, error) {
	return promise(c, c.chain.ChainID)
}

func (c *client) getBlockNumber(reader) (sobek.Value, error) {
	return promise(c, func(ctx context.Context) (*big.Int, error) {
		number, err := c.chain.BlockNumber(ctx)
		return big64(number), err
	})
}

func big64(number uint64) *big.Int { return new(big.Int).SetUint64(number) }

func (c *client) getBlock(parameters reader) (sobek.Value, error) {
	block := parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) (*js.Tuple, error) {
		head, err := c.chain.Header(ctx, block)
		if err != nil {
			return nil, err
		}
		return js.NewTuple(
			"number", big64(head.Number), "hash", head.Hash, "parentHash", head.Parent, "gasLimit", big64(head.GasLimit),
			"baseFeePerGas", head.BaseFee, "timestamp", big64(head.Timestamp),
		), nil
	}, tuple)
}

func tuple(rt *sobek.Runtime, value *js.Tuple) (sobek.Value, error) { return js.Value(rt, value), nil }

func (c *client) getBalance(parameters reader) (sobek.Value, error) {
	address, block := parameters.needAddress("address"), parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) (*big.Int, error) { return c.chain.Balance(ctx, address, block) })
}

func (c *client) getBalances(parameters reader) (sobek.Value, error) {
	items, err := itemsOf(parameters.Value("addresses"), "addresses")
	if err != nil {
		return nil, err
	}
	addresses := make([]common.Address, len(items))
	for i, item := range items {
		if addresses[i], err = addressOf(item, fmt.Sprintf("addresses[%d]", i)); err != nil {
			return nil, err
		}
	}
	block := parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) ([]*big.Int, error) { return c.chain.Balances(ctx, addresses, block) })
}

func (c *client) getTransactionCount(parameters reader) (sobek.Value, error) {
	address, block := parameters.needAddress("address"), parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) (uint64, error) { return c.chain.TransactionCount(ctx, address, block) })
}

func (c *client) getCode(parameters reader) (sobek.Value, error) {
	address, block := parameters.needAddress("address"), parameters.block()
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return promise(c, func(ctx context.Context) (hexutil.Bytes, error) { return c.chain.Code(ctx, address, block) })
}

func (c *client) getGasPrice(reader) (sobek.Value, error) { return promise(c, c.chain.GasPrice) }

func (c *client) estimateFeesPerGas(reader) (sobek.Value, error) {
	return promise(c, func(ctx context.Context) (*js.Tuple, error) {
		fees, err := c.chain.Fees(ctx)
		if err != nil {
			return nil, err
		}
		if fees.GasPrice != nil {
			return js.NewTuple("gasPrice", fees.GasPrice), nil
		}
		return js.NewTuple("maxFeePerGas", fees.FeeCap, "maxPriorityFeePerGas", fees.TipCap), nil
	}, tuple)
}

func (c *client) estimateGas(parameters reader) (sobek.Value, error) {
	tx := chain.Tx{
		From: chain.Signer{Address: parameters.needAddress("account")}, To: parameters.address("to"),
		Value: parameters.wei("value"), Data: parameters.bytes("data"),
	}
	if parameters.Err() != nil {
		return nil, parameters.Err()
	}
	return promise(c, func(ctx context.Context) (*big.Int, error) {
		gas, err := c.chain.EstimateGas(ctx, &tx)
		return big64(gas), explain(nil, err)
	})
}
