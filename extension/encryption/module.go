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
type Root struct{}

// New makes the process's root.
func New() *Root { return &Root{} }

// NewModuleInstance makes one VU's module.
func (*Root) NewModuleInstance(vu modules.VU) modules.Instance { return &Module{vu: vu} }

// Module is one VU's k6/x/encryption.
type Module struct{ vu modules.VU }

// Exports lists what scripts can import.
func (m *Module) Exports() modules.Exports {
	rt := m.vu.Runtime()
	named := map[string]any{
		"PgpSession":     newSessionClass(rt).Constructor(),
		"ServiceAccount": newServiceAccountClass(rt).Constructor(),
	}
	for name, fn := range map[string]js.Function{
		"pgpEncrypt":   m.pgpEncrypt,
		"pgpDecrypt":   m.pgpDecrypt,
		"eciesEncrypt": m.eciesEncrypt,
		"eciesDecrypt": m.eciesDecrypt,
		"sha256":       m.sha256,
	} {
		named[name] = js.Named(rt, name, js.Func(rt, fn))
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
