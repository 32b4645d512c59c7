package ethereum

import (
	"context"
	"errors"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/async"
	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/js"
)

const (
	defaultRetryFor = 30_000
	// A day, the longest time in ms that options take: more is a mistake in the unit.
	maxMilliseconds = 24 * 60 * 60 * 1000
	maxBatchSize    = 10_000
)

// errInit is what network calls throw where k6 forbids them.
var errInit = errors.New(
	"network calls are not allowed in init code: make them in setup(), a scenario's function or teardown()",
)

// client is one JavaScript Client. What clients share is in the Root's registry.
type client struct {
	*Module
	chain       *chain.Client
	instruments *instruments
}

func (m *Module) newClientClass() *js.Class[client] {
	declared, err := registerInstruments(m.vu.InitEnv().Registry)
	if err != nil {
		js.Throw(m.rt(), err)
	}
	class := js.NewClass(m.rt(), "Client", func(call sobek.ConstructorCall) (*client, error) {
		options, err := clientOptions(call.Argument(0))
		if err != nil {
			return nil, err
		}
		made, err := m.root.chain.Client(options)
		if err != nil {
			return nil, err
		}
		return &client{Module: m, chain: made, instruments: declared}, nil
	})
	for name, method := range map[string]func(*client, reader) (sobek.Value, error){
		"request":                   (*client).request,
		"getChainId":                (*client).getChainID,
		"getBlockNumber":            (*client).getBlockNumber,
		"getBlock":                  (*client).getBlock,
		"getBalance":                (*client).getBalance,
		"getBalances":               (*client).getBalances,
		"getTransactionCount":       (*client).getTransactionCount,
		"getCode":                   (*client).getCode,
		"getGasPrice":               (*client).getGasPrice,
		"estimateGas":               (*client).estimateGas,
		"estimateFeesPerGas":        (*client).estimateFeesPerGas,
		"readContract":              (*client).readContract,
		"writeContract":             (*client).writeContract,
		"deployContract":            (*client).deployContract,
		"multicall":                 (*client).multicall,
		"sendTransaction":           (*client).sendTransaction,
		"waitForTransactionReceipt": (*client).waitForTransactionReceipt,
	} {
		class.Method(name, func(self *client, call sobek.FunctionCall) (sobek.Value, error) {
			parameters := call.Argument(0)
			if js.IsNil(parameters) {
				parameters = m.rt().NewObject()
			}
			options := read("Client."+name, parameters, "parameters")
			if err := options.Err(); err != nil {
				return nil, err
			}
			return method(self, options)
		})
	}
	return class.Method("sendTransactions", func(self *client, call sobek.FunctionCall) (sobek.Value, error) {
		return self.sendTransactions(call.Argument(0))
	})
}

func clientOptions(value sobek.Value) (chain.Options, error) {
	read := read("Client", value, "options")
	read.Need("url")
	options := chain.Options{
		URL:             read.Text("url"),
		ChainID:         read.Number("chainId", 0, 1<<53-1),
		Timeout:         read.milliseconds("timeout", 0),
		RetryFor:        read.milliseconds("retryFor", defaultRetryFor),
		PollingInterval: read.milliseconds("pollingInterval", 0),
		BatchSize:       int(read.Number("batchSize", 0, maxBatchSize)), //nolint:gosec // bounded
		Headers:         read.texts("headers"),
	}
	if address := read.address("multicallAddress"); address != nil {
		options.Multicall = *address
	}
	return options, read.Err()
}

// promise runs fn off the JS thread on behalf of this VU, and gives the promise of its result.
func promise[T any](
	c *client, fn func(ctx context.Context) (T, error), convert ...func(rt *sobek.Runtime, value T) (sobek.Value, error),
) (sobek.Value, error) {
	state := c.vu.State()
	if state == nil {
		return nil, errInit
	}
	caller := chain.Caller{Observer: newObserver(c.vu, state, c.instruments, &c.root.late), TLS: state.TLSConfig}
	if state.Dialer != nil {
		caller.Dial = state.Dialer.DialContext
	}
	return c.rt().ToValue(async.Do(c.vu, faults, func(ctx context.Context) (T, error) {
		return fn(chain.WithCaller(ctx, caller))
	}, convert...)), nil
}
