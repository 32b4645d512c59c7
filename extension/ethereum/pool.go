package ethereum

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/async"
	"github.com/onrush/onrush/extension/internal/hd"
	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/pool"
)

const (
	maxTakeTimeout = 24 * 60 * 60 * 1000 // ms
	maxEpoch       = 1 << 50             // ms; far future
	maxBatch       = 100_000
)

// walletPool is a pool and the keys to its wallets; one a name in the process.
type walletPool struct {
	*pool.Pool

	wallet *hd.Wallet
	offset int
}

func (w *walletPool) account(index int) (*account.Account, error) {
	if index < 0 || index > maxIndex-w.offset {
		return nil, fmt.Errorf("index: want 0 to %d", maxIndex-w.offset)
	}
	return w.wallet.Account(hd.Ethereum(0, 0, uint32(w.offset+index)))
}

func (m *Module) newPoolClass() *js.Class[walletPool] {
	return js.NewClass(m.rt(), "WalletPool", m.openPool).
		Method("take", m.take).
		Method("demand", m.demand).
		Method("offer", func(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
			indices, err := indicesOf(call.Argument(0))
			if err != nil {
				return nil, err
			}
			return nil, self.Offer(indices)
		}).
		Method("giveBack", func(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
			indices, err := indicesOf(call.Argument(0))
			if err != nil {
				return nil, err
			}
			return nil, self.GiveBack(indices)
		}).
		Method("close", func(self *walletPool, _ sobek.FunctionCall) (sobek.Value, error) {
			self.Close()
			return nil, nil
		}).
		Method("address", func(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
			found, err := self.accountOf(call)
			if err != nil {
				return nil, err
			}
			return m.rt().ToValue(found.String()), nil
		}).
		Method("account", func(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
			found, err := self.accountOf(call)
			if err != nil {
				return nil, err
			}
			return m.accounts.New(found), nil
		}).
		Method("stats", func(self *walletPool, _ sobek.FunctionCall) (sobek.Value, error) {
			now := self.Stats()
			return js.Value(m.rt(), js.NewTuple(
				"waiting", now.Waiting, "reserved", now.Reserved, "taken", now.Taken,
				"offered", now.Offered, "highest", now.Highest, "takers", now.Takers,
			)), nil
		})
}

// openPool gives the process's pool of that name.
func (m *Module) openPool(call sobek.ConstructorCall) (*walletPool, error) {
	options := read("WalletPool", call.Argument(0), "options")
	name := options.Text("name")
	numbers := map[string]int{}
	for _, key := range []string{"offset", "instance", "instances", "planned", "size"} {
		numbers[key] = int(options.NeedNumber(key, maxIndex)) //nolint:gosec // bounded
	}
	if err := options.Err(); err != nil {
		return nil, err
	}
	shape := pool.Options{
		Instance: numbers["instance"], Instances: numbers["instances"], Planned: numbers["planned"], Size: numbers["size"],
	}
	if err := shape.Check(); err != nil {
		return nil, err
	}
	if last := numbers["offset"] + shape.Instance + max(0, shape.Planned-1)*shape.Instances; last > maxIndex {
		return nil, errors.New("options: the last planned wallet would be beyond index 2147483647")
	}
	wallet, err := m.walletFrom(options.Value("mnemonic"))
	if err != nil {
		return nil, err
	}
	return m.root.pools.Open(name, func() (*walletPool, error) {
		return &walletPool{Pool: pool.New(shape), wallet: wallet, offset: numbers["offset"]}, nil
	})
}

// pooled is a wallet on its way into JavaScript.
type pooled struct {
	lease   *pool.Lease
	account *account.Account
}

func (m *Module) take(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("WalletPool.take", call.Argument(0), "parameters")
	timeout := parameters.NeedNumber("timeout", maxTakeTimeout)
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return m.rt().ToValue(async.Do(m.vu, faults, func(ctx context.Context) (pooled, error) {
		lease, err := self.Take(ctx, time.Duration(timeout)*time.Millisecond)
		if err != nil {
			return pooled{}, err
		}
		found, err := self.account(lease.Index)
		if err != nil {
			lease.Release()
		}
		return pooled{lease, found}, err
	}, func(rt *sobek.Runtime, taken pooled) (sobek.Value, error) {
		if !taken.lease.Claim() {
			return nil, errors.New("the iteration ended before it got its wallet")
		}
		waited := float64(taken.lease.Waited.Microseconds()) / 1000
		return js.Value(
			rt,
			js.NewTuple("index", taken.lease.Index, "account", m.accounts.New(taken.account), "waited", waited),
		), nil
	})), nil
}

func (m *Module) demand(self *walletPool, call sobek.FunctionCall) (sobek.Value, error) {
	parameters := read("WalletPool.demand", call.Argument(0), "parameters")
	most := parameters.NeedNumber("max", maxBatch)
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	if most == 0 {
		return nil, errors.New("max: want at least 1")
	}
	var deadline time.Time
	if value, given := parameters.Get("deadline"); given {
		epoch := value.ToFloat() // milliseconds, with a fraction as k6's clocks have it
		if !(epoch >= 0 && epoch <= maxEpoch) {
			return nil, errors.New("deadline: want milliseconds since 1970")
		}
		deadline = time.UnixMicro(int64(epoch * 1000))
	}
	return m.rt().ToValue(async.Do(m.vu, faults, func(ctx context.Context) ([]int, error) {
		return self.Demand(ctx, int(most), deadline)
	}, func(rt *sobek.Runtime, indices []int) (sobek.Value, error) {
		if indices == nil {
			return sobek.Null(), nil
		}
		values := make([]any, len(indices))
		for i, index := range indices {
			values[i] = index
		}
		return rt.NewArray(values...), nil
	})), nil
}

func (w *walletPool) accountOf(call sobek.FunctionCall) (*account.Account, error) {
	index, err := js.Uint(call.Argument(0), "index", maxIndex)
	if err != nil {
		return nil, err
	}
	return w.account(int(index))
}

func indicesOf(value sobek.Value) ([]int, error) {
	items, err := itemsOf(value, "indices")
	if err != nil {
		return nil, err
	}
	indices := make([]int, len(items))
	for i, item := range items {
		index, err := js.Uint(item, fmt.Sprintf("indices[%d]", i), maxIndex)
		if err != nil {
			return nil, err
		}
		indices[i] = int(index)
	}
	return indices, nil
}
