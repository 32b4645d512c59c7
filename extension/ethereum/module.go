// Package ethereum is k6/x/ethereum; see index.d.ts. It converts between JavaScript and the domain packages under internal.
package ethereum

import (
	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/hd"
	"github.com/onrush/onrush/extension/internal/js"
)

// Root is everything the VUs of a process share.
type Root struct {
	book *hd.Book
	abis *abiCache
}

// New makes the process's root.
func New() *Root {
	return &Root{book: hd.NewBook(), abis: newABICache()}
}

// NewModuleInstance makes one VU's module. k6 calls it a few times more than there are VUs, so it does no I/O and starts nothing.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m := &Module{vu: vu, root: r}
	m.accounts = newAccountClass(vu.Runtime())
	return m
}

// Module is one VU's k6/x/ethereum.
type Module struct {
	vu       modules.VU
	root     *Root
	accounts *js.Class[account.Account]
	known    abiIdentities
}

// Exports lists what scripts can import.
func (m *Module) Exports() modules.Exports {
	named := map[string]any{}
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
		named[name] = js.Named(m.rt(), name, js.Func(m.rt(), fn))
	}
	return modules.Exports{Named: named}
}

func (m *Module) rt() *sobek.Runtime { return m.vu.Runtime() }
