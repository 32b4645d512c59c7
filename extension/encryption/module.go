// Package encryption is k6/x/encryption; see index.d.ts.
package encryption

import "go.k6.io/k6/v2/js/modules"

// Root makes the module of each VU. It holds nothing: the ciphers share no state.
type Root struct{}

// New makes the process's root.
func New() *Root { return &Root{} }

// NewModuleInstance makes one VU's module.
func (*Root) NewModuleInstance(vu modules.VU) modules.Instance { return &Module{vu: vu} }

// Module is one VU's k6/x/encryption.
type Module struct{ vu modules.VU }

// Exports lists what scripts can import.
func (m *Module) Exports() modules.Exports { return modules.Exports{Named: map[string]any{}} }
