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
func (c *client) request(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	method := read.text("method")
	if read.err != nil {
		return nil, read.err
	}
	params := json.RawMessage("[]")
	if value, ok := read.get("params"); ok {
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

func (c *client) getChainID(*sobek.Object) (sobek.Value, error) {
	return promise(c, c.chain.ChainID)
}

func (c *client) getBlockNumber(*sobek.Object) (sobek.Value, error) {
	return promise(c, func(ctx context.Context) (*big.Int, error) {
		number, err := c.chain.BlockNumber(ctx)
		return big64(number), err
	})
}

func big64(number uint64) *big.Int { return new(big.Int).SetUint64(number) }

func (c *client) getBlock(*sobek.Object) (sobek.Value, error) {
	return promise(c, func(ctx context.Context) (*js.Tuple, error) {
		head, err := c.chain.Head(ctx)
		if err != nil {
			return nil, err
		}
		return js.NewTuple(
			"number", big64(head.Number), "gasLimit", big64(head.GasLimit), "baseFeePerGas", head.BaseFee, "timestamp", big64(head.Timestamp),
		), nil
	}, tuple)
}

func tuple(rt *sobek.Runtime, value *js.Tuple) (sobek.Value, error) { return js.Value(rt, value), nil }

func (c *client) getBalance(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	address := read.needAddress("address")
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) (*big.Int, error) { return c.chain.Balance(ctx, address) })
}

func (c *client) getBalances(parameters *sobek.Object) (sobek.Value, error) {
	items, err := itemsOf(parameters.Get("addresses"), "addresses")
	if err != nil {
		return nil, err
	}
	addresses := make([]common.Address, len(items))
	for i, item := range items {
		if addresses[i], err = addressOf(item, fmt.Sprintf("addresses[%d]", i)); err != nil {
			return nil, err
		}
	}
	return promise(c, func(ctx context.Context) ([]*big.Int, error) { return c.chain.Balances(ctx, addresses) })
}

func (c *client) getTransactionCount(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	address := read.needAddress("address")
	tag := "latest"
	if _, ok := read.get("blockTag"); ok {
		tag = read.text("blockTag")
	}
	if read.err == nil && tag != "latest" && tag != "pending" {
		read.err = fmt.Errorf(`blockTag: want "latest" or "pending"`)
	}
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) (uint64, error) { return c.chain.TransactionCount(ctx, address, tag) })
}

func (c *client) getCode(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	address := read.needAddress("address")
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) (hexutil.Bytes, error) { return c.chain.Code(ctx, address) })
}

func (c *client) getGasPrice(*sobek.Object) (sobek.Value, error) { return promise(c, c.chain.GasPrice) }

func (c *client) estimateFeesPerGas(*sobek.Object) (sobek.Value, error) {
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

func (c *client) estimateGas(parameters *sobek.Object) (sobek.Value, error) {
	read := reader{object: parameters}
	tx := chain.Tx{
		From: chain.Signer{Address: read.needAddress("account")}, To: read.address("to"), Value: read.wei("value"), Data: read.bytes("data"),
	}
	if read.err != nil {
		return nil, read.err
	}
	return promise(c, func(ctx context.Context) (*big.Int, error) {
		gas, err := c.chain.EstimateGas(ctx, &tx)
		return big64(gas), explain(nil, err)
	})
}
