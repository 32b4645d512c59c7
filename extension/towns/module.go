// Package towns is k6/x/towns; see index.d.ts. It converts between JavaScript and internal/river.
package towns

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

// Root is what the VUs of a process share.
type Root struct{ verifier river.Verifier }

// New makes the process's root.
func New() *Root { return &Root{} }

// NewModuleInstance makes one VU's module.
func (r *Root) NewModuleInstance(vu modules.VU) modules.Instance {
	m := &Module{vu: vu, root: r}
	m.delegates = m.newDelegateClass()
	m.events = m.newEventClass()
	m.exports = m.declare()
	return m
}

// Module is one VU's k6/x/towns.
type Module struct {
	vu        modules.VU
	root      *Root
	delegates *js.Class[river.Delegate]
	events    *js.Class[river.Event]
	exports   modules.Exports
}

// accepted is what each function of this module takes by name; index.d.ts has the same.
var accepted = js.Accepted{
	"createDelegate":         {"account", "expiresAt", "key"},
	"GroupSession":           {"secret", "streamId", "senderKey", "miniblock"},
	"GroupSession miniblock": {"num", "hash"},
}

// Exports lists what scripts can import.
func (m *Module) Exports() modules.Exports { return m.exports }

func (m *Module) declare() modules.Exports {
	named := map[string]any{
		"GroupSession": m.newSessionClass().Constructor(),
		"StreamAudit":  m.newAuditClass().Constructor(),
	}
	for name, fn := range map[string]js.Function{
		"createDelegate": m.createDelegate,
		"readEvent":      m.readEvent,
		"knownEvent":     m.knownEvent,
		"streamId":       m.streamID,
		"newChannelId":   m.newChannelID,
		"parseStreamId":  m.parseStreamID,
		"hexToBase64":    m.hexToBase64,
		"base64ToHex":    m.base64ToHex,
	} {
		named[name] = js.Named(m.rt(), name, js.Func(m.rt(), fn))
	}
	return modules.Exports{Named: named}
}

func (m *Module) rt() *sobek.Runtime { return m.vu.Runtime() }

func (m *Module) streamID(call sobek.FunctionCall) (sobek.Value, error) {
	kind, err := js.Text(call.Argument(0), "kind")
	if err != nil {
		return nil, err
	}
	address, err := addressFrom(call.Argument(1), "address")
	if err != nil {
		return nil, err
	}
	id, err := river.NewStreamID(kind, address)
	if err != nil {
		return nil, fmt.Errorf("kind: %w", err)
	}
	return m.rt().ToValue(id.String()), nil
}

func (m *Module) newChannelID(call sobek.FunctionCall) (sobek.Value, error) {
	space, err := addressFrom(call.Argument(0), "space")
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(river.NewChannelID(space).String()), nil
}

func (m *Module) parseStreamID(call sobek.FunctionCall) (sobek.Value, error) {
	id, err := streamIDFrom(call.Argument(0), "stream id")
	if err != nil {
		return nil, err
	}
	return js.Value(m.rt(), js.NewTuple("kind", id.Kind(), "address", id.Address())), nil
}

func (m *Module) hexToBase64(call sobek.FunctionCall) (sobek.Value, error) {
	text, err := js.Text(call.Argument(0), "hex")
	if err != nil {
		return nil, err
	}
	if len(text) < 2 || text[:2] != "0x" {
		text = "0x" + text
	}
	raw, err := js.HexBytes(m.rt().ToValue(text), "hex")
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(base64.StdEncoding.EncodeToString(raw)), nil
}

func (m *Module) base64ToHex(call sobek.FunctionCall) (sobek.Value, error) {
	raw, err := base64Bytes(call.Argument(0), "base64")
	if err != nil {
		return nil, err
	}
	return m.rt().ToValue(hex.EncodeToString(raw)), nil
}
