package ethereum

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/js"
)

// accepted is what each function of this module takes by name; index.d.ts has the same.
var accepted = js.Accepted{
	"Client": {
		"url", "chainId", "timeout", "retryFor", "pollingInterval", "batchSize", "headers", "multicallAddress",
	},
	"Client.request":                   {"method", "params"},
	"Client.getChainId":                {},
	"Client.getBlockNumber":            {},
	"Client.getBlock":                  at(),
	"Client.getBalance":                at("address"),
	"Client.getBalances":               at("addresses"),
	"Client.getTransactionCount":       at("address"),
	"Client.getCode":                   at("address"),
	"Client.getGasPrice":               {},
	"Client.estimateGas":               {"account", "to", "value", "data"},
	"Client.estimateFeesPerGas":        {},
	"Client.readContract":              at("address", "abi", "functionName", "args", "account"),
	"Client.multicall":                 at("contracts"),
	"Client.multicall contracts[]":     {"address", "abi", "functionName", "args"},
	"Client.writeContract":             transaction("address", "abi", "functionName", "args"),
	"Client.deployContract":            transaction("abi", "bytecode", "args"),
	"Client.sendTransaction":           transaction("to", "data"),
	"Client.sendTransactions":          transaction("to", "data"),
	"Client.waitForTransactionReceipt": {"hash", "timeout", "confirmations", "abi"},
	"WalletPool":                       {"name", "mnemonic", "offset", "instance", "instances", "planned", "size"},
	"WalletPool.take":                  {"timeout"},
	"WalletPool.demand":                {"max", "deadline"},
	"Account.signMessage":              {"message"},
	"Account.signMessage message":      {"raw"},
	"Account.signTypedData":            typedDataNames(),
	"mnemonicToAccount":                {"path", "accountIndex", "changeIndex", "addressIndex"},
	"mnemonicToAccount mnemonic":       {"file"},
	"mnemonicToAddresses":              {"start", "end", "accountIndex"},
	"hashTypedData":                    typedDataNames(),
	"hashTypedData domain":             {"name", "version", "chainId", "verifyingContract", "salt"},
	"recoverMessageAddress":            {"message", "signature"},
	"recoverTypedDataAddress":          typedDataNames("signature"),
	"encodeFunctionData":               {"abi", "functionName", "args"},
	"decodeEventLog": { // a log as it is may be handed in
		"abi",
		"topics",
		"data",
		"address",
		"logIndex",
		"blockNumber",
		"blockHash",
		"blockTimestamp",
		"transactionHash",
		"transactionIndex",
		"removed",
	},
	"parseEventLogs": {"abi", "logs", "eventName", "address"},
}

// at is what a read takes: its own names, and the block that it asks about.
func at(names ...string) []string { return append(names, "blockNumber", "blockTag") }

// transaction is what a transaction takes: its own names, and those of all.
func transaction(names ...string) []string {
	return append([]string{"account"}, append(names,
		"value", "gas", "gasPrice", "maxFeePerGas", "maxPriorityFeePerGas", "nonce")...)
}

func typedDataNames(more ...string) []string {
	return append([]string{"domain", "types", "primaryType", "message"}, more...)
}

// reader reads options of this module's types.
type reader struct{ *js.Options }

func read(function string, value sobek.Value, what string) reader {
	return reader{accepted.Read(function, value, what)}
}

// wei wants an amount that is not negative and fits the EVM's words; nil where it is absent.
func (r reader) wei(name string) *big.Int {
	return js.Option(r.Options, name, nil, func(value sobek.Value, what string) (*big.Int, error) {
		amount, err := js.Integer(value, what)
		if err == nil && !fits(amount, 256, false) {
			err = js.Want(what, "an amount from 0 to 2^256-1", value)
		}
		return amount, err
	})
}

// milliseconds reads a duration given in ms; absent is the default.
func (r reader) milliseconds(name string, absent uint64) time.Duration {
	return time.Duration(r.Number(name, absent, maxMilliseconds)) * time.Millisecond //nolint:gosec // bounded
}

// bytes wants hex or a buffer, and copies it; nil where it is absent.
func (r reader) bytes(name string) []byte {
	return js.Option(r.Options, name, nil, func(value sobek.Value, what string) ([]byte, error) {
		raw, err := js.HexBytes(value, what)
		return append([]byte(nil), raw...), err
	})
}

// hash wants 32 bytes.
func (r reader) hash(name string) common.Hash {
	r.Need(name)
	return js.Required(r.Options, name, func(value sobek.Value, what string) (common.Hash, error) {
		raw, err := fixedOf(value, common.HashLength, what)
		return common.BytesToHash(raw), err
	})
}

// address wants an address or an account; nil where it is absent.
func (r reader) address(name string) *common.Address {
	return js.Option(r.Options, name, nil, func(value sobek.Value, what string) (*common.Address, error) {
		address, err := addressOf(value, what)
		return &address, err
	})
}

// needAddress is address where one must be.
func (r reader) needAddress(name string) common.Address {
	r.Need(name)
	return js.Required(r.Options, name, addressOf)
}

// account wants a handle.
func (r reader) account(name string) *account.Account {
	r.Need(name)
	return js.Required(r.Options, name, accountFrom)
}

// texts wants an object of strings, whose names are free; nil where it is absent.
func (r reader) texts(name string) map[string]string {
	return js.Option(r.Options, name, nil, func(value sobek.Value, what string) (map[string]string, error) {
		object, err := js.Object(value, what)
		if err != nil {
			return nil, err
		}
		texts := map[string]string{}
		for _, key := range object.Keys() {
			if texts[key], err = js.Text(object.Get(key), what+"."+key); err != nil {
				return nil, err
			}
		}
		return texts, nil
	})
}

// blockTags are the blocks that are asked for by name.
var blockTags = []string{"latest", "pending", "safe", "finalized"}

// block is the block that a read asks about, as JSON-RPC writes it: blockNumber, or blockTag, which is "latest" unless
// given.
func (r reader) block() string {
	number, tag := r.Integer("blockNumber"), "latest"
	if _, given := r.Get("blockTag"); given {
		tag = r.Text("blockTag")
		if number != nil {
			r.Fail(fmt.Errorf("%s: give it or blockTag, not both", r.Name("blockNumber")))
		}
	}
	if !slices.Contains(blockTags, tag) {
		r.Fail(fmt.Errorf("%s: want one of %s", r.Name("blockTag"), strings.Join(blockTags, ", ")))
	}
	if number == nil {
		return tag
	}
	if !fits(number, 64, false) {
		r.Fail(fmt.Errorf("%s: want a number from 0 to 2^64-1", r.Name("blockNumber")))
		return tag
	}
	return hexutil.EncodeBig(number)
}
