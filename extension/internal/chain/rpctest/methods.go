package rpctest

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
)

func quantity(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }
func hex(raw []byte) string    { return hexutil.Encode(raw) }

func text(params []json.RawMessage, at int) string {
	var value string
	if at < len(params) {
		_ = json.Unmarshal(params[at], &value)
	}
	return value
}

func (n *Node) run(call call) (any, *Failure) {
	first := text(call.Params, 0)
	switch call.Method {
	case "eth_chainId":
		return quantity(ChainID), nil
	case "eth_blockNumber":
		return quantity(n.head().number), nil
	case "eth_getBlockByNumber":
		return n.blockByTag(first), nil
	case "eth_gasPrice":
		return "0x" + new(big.Int).Add(n.baseFee, big.NewInt(1_000_000_000)).Text(16), nil
	case "eth_maxPriorityFeePerGas":
		if n.Legacy {
			break
		}
		return "0x3b9aca00", nil
	case "eth_getBalance":
		return "0x" + n.account(common.HexToAddress(first)).balance.Text(16), nil
	case "eth_getCode":
		return hex(n.code[common.HexToAddress(first)]), nil
	case "eth_getTransactionCount":
		account := n.account(common.HexToAddress(first))
		if text(call.Params, 1) == "pending" {
			return quantity(n.pendingNonce(account)), nil
		}
		return quantity(account.nonce), nil
	case "eth_sendRawTransaction":
		return n.accept(common.FromHex(first))
	case "eth_getTransactionByHash":
		return n.transaction(common.HexToHash(first)), nil
	case "eth_getTransactionReceipt":
		return n.receipt(common.HexToHash(first)), nil
	case "eth_call", "eth_estimateGas":
		return n.simulate(call)
	}
	return nil, &Failure{Code: -32601, Message: "the method " + call.Method + " does not exist"}
}

func (n *Node) blockByTag(tag string) any {
	b := n.head()
	if tag != "latest" && tag != "pending" {
		number, err := strconv.ParseUint(strings.TrimPrefix(tag, "0x"), 16, 64)
		if b = n.byNumber[number]; err != nil || b == nil {
			return nil
		}
	}
	hashes := make([]common.Hash, len(b.txs))
	for i, item := range b.txs {
		hashes[i] = item.tx.Hash()
	}
	fields := map[string]any{
		"number": quantity(b.number), "hash": b.hash, "parentHash": b.parent, "gasLimit": quantity(30_000_000),
		"timestamp": quantity(b.timestamp), "transactions": hashes,
	}
	if !n.Legacy {
		fields["baseFeePerGas"] = "0x" + b.baseFee.Text(16)
	}
	return fields
}

func (n *Node) transaction(hash common.Hash) any {
	item := n.mined[hash]
	if item == nil {
		item = n.pool[hash]
	}
	if item == nil {
		return nil
	}
	fields := map[string]any{
		"hash":  hash,
		"from":  item.from,
		"to":    item.tx.To(),
		"nonce": quantity(item.tx.Nonce()),
		"input": hex(item.tx.Data()),
	}
	if item.block != nil {
		fields["blockNumber"] = quantity(item.block.number)
	}
	return fields
}

func (n *Node) receipt(hash common.Hash) any {
	item := n.mined[hash]
	if item == nil {
		return nil
	}
	status, logs := "0x1", item.logs
	if item.reverted {
		status = "0x0"
	}
	if logs == nil {
		logs = []any{}
	}
	return map[string]any{
		"transactionHash": hash, "blockHash": item.block.hash, "blockNumber": quantity(item.block.number), "status": status,
		"from": item.from, "to": item.tx.To(), "contractAddress": item.contract, "gasUsed": quantity(item.tx.Gas()),
		"effectiveGasPrice": "0x" + item.block.baseFee.Text(16), "logs": logs,
	}
}
