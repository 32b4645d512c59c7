// Package encryption is k6/x/encryption; see index.d.ts.
package encryption

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/js"
)

// Root makes the module of each VU. It holds nothing: the ciphers share no state.
type Root struct{ accounts serviceAccounts }

// New makes the process's root.
func New() *Root { return &Root{} }

// NewModuleInstance makes one VU's module.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m := &Module{vu: vu}
	m.exports = m.declare(r)
	return m
}

// Module is one VU's k6/x/encryption.
type Module struct {
	vu      modules.VU
	exports modules.Exports
}

// accepted is what each function of this module takes by name; index.d.ts has the same.
var accepted = js.Accepted{"ServiceAccount": {"file"}}

// Exports lists what scripts can import. k6 asks at every single use of an imported name.
func (m *Module) Exports() modules.Exports { return m.exports }

func (m *Module) declare(root *Root) modules.Exports {
	rt := m.vu.Runtime()
	named := map[string]any{
		"PgpSession":     newSessionClass(rt).Constructor(),
		"ServiceAccount": newServiceAccountClass(rt, &root.accounts).Constructor(),
	}
	for name, fn := range map[string]js.Function{
		"pgpEncrypt":   m.pgpEncrypt,
		"pgpDecrypt":   m.pgpDecrypt,
		"eciesEncrypt": m.eciesEncrypt,
		"eciesDecrypt": m.eciesDecrypt,
		"sha256":       m.sha256,
	} {
		named[name] = js.Func(rt, fn)
	}
	return modules.Exports{Named: named}
}

func (m *Module) pgpEncrypt(call sobek.FunctionCall) (sobek.Value, error) {
	data, err := js.Bytes(call.Argument(0), "data")
	if err != nil {
		return nil, err
	}
	password, err := js.Text(call.Argument(1), "password")
	if err != nil {
		return nil, err
	}
	session, err := newSession(password)
	if err != nil {
		return nil, err
	}
	return m.buffer(session.encrypt(data))
}

func (m *Module) pgpDecrypt(call sobek.FunctionCall) (sobek.Value, error) {
	message, err := js.Bytes(call.Argument(0), "data")
	if err != nil {
		return nil, err
	}
	password, err := js.Text(call.Argument(1), "password")
	if err != nil {
		return nil, err
	}
	return m.buffer(decryptMessage(message, password))
}

func (m *Module) eciesEncrypt(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "public key")
	if err != nil {
		return nil, err
	}
	data, err := js.Bytes(call.Argument(1), "data")
	if err != nil {
		return nil, err
	}
	sealed, err := eciesSeal(key, data)
	if err != nil {
		return nil, err
	}
	return m.vu.Runtime().ToValue(hex.EncodeToString(sealed)), nil
}

func (m *Module) eciesDecrypt(call sobek.FunctionCall) (sobek.Value, error) {
	key, err := js.Text(call.Argument(0), "private key")
	if err != nil {
		return nil, err
	}
	sealed, err := js.Text(call.Argument(1), "ciphertext")
	if err != nil {
		return nil, err
	}
	return m.buffer(eciesOpen(key, sealed))
}

func (m *Module) sha256(call sobek.FunctionCall) (sobek.Value, error) {
	data, err := js.Bytes(call.Argument(0), "data")
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(data)
	return m.vu.Runtime().ToValue(hex.EncodeToString(hash[:])), nil
}

func (m *Module) buffer(data []byte, err error) (sobek.Value, error) {
	if err != nil {
		return nil, err
	}
	return js.Value(m.vu.Runtime(), data), nil
}
