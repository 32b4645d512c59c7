// Package ethereum is k6/x/ethereum; see index.d.ts. It converts between JavaScript and the domain packages under
// internal.
package ethereum

import (
	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/hd"
	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/pool"
)

// Root is everything the VUs of a process share.
type Root struct {
	chain   *chain.Registry
	wallets *hd.Cache
	abis    *abiCache
	late    lateCounts
	pools   pool.Registry[*walletPool]
}

// New makes the process's root.
func New() *Root {
	return &Root{chain: chain.NewRegistry(), wallets: hd.NewCache(), abis: newABICache()}
}

// NewModuleInstance makes one VU's module. k6 calls it a few times more than there are VUs, so it does no I/O and
// starts nothing.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m := &Module{vu: vu, root: r}
	m.accounts = newAccountClass(vu.Runtime())
	m.exports = m.declare()
	return m
}

// Module is one VU's k6/x/ethereum.
type Module struct {
	vu       modules.VU
	root     *Root
	accounts *js.Class[account.Account]
	known    abiIdentities
	exports  modules.Exports
}

// Exports lists what scripts can import. k6 asks at every single use of an imported name. Classes must be the same each
// time; of the functions k6 makes JavaScript's at each use, so that a VU keeps none.
func (m *Module) Exports() modules.Exports { return m.exports }

func (m *Module) declare() modules.Exports {
	named := map[string]any{
		"Client":     m.newClientClass().Constructor(),
		"WalletPool": m.newPoolClass().Constructor(),
	}
	for name, fn := range map[string]js.Function{
		"mnemonicToAccount":       m.mnemonicToAccount,
		"mnemonicToAddresses":     m.mnemonicToAddresses,
		"privateKeyToAccount":     m.privateKeyToAccount,
		"keccak256":               m.keccak256,
		"hashTypedData":           m.hashTypedData,
		"recoverMessageAddress":   m.recoverMessageAddress,
		"recoverTypedDataAddress": m.recoverTypedDataAddress,
		"getAddress":              m.getAddress,
		"parseEther":              m.parseEther,
		"formatEther":             m.formatEther,
		"parseGwei":               m.parseGwei,
		"encodeFunctionData":      m.encodeFunctionData,
		"decodeEventLog":          m.decodeEventLog,
		"parseEventLogs":          m.parseEventLogs,
	} {
		named[name] = js.Func(m.rt(), fn)
	}
	return modules.Exports{Named: named}
}

func (m *Module) rt() *sobek.Runtime { return m.vu.Runtime() }
