package towns

import (
	"encoding/hex"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

// newEventClass declares what readEvent gives: most events are only looked at, so that what they hold becomes
// JavaScript when it is asked for.
func (m *Module) newEventClass() *js.Class[river.Event] {
	return js.NewClass[river.Event](m.rt(), "ProvenEvent", nil).
		Getter("id", func(self *river.Event) any { return hex.EncodeToString(self.ID[:]) }).
		Getter("creator", func(self *river.Event) any { return self.Creator }).
		Getter("createdAt", func(self *river.Event) any { return self.CreatedAt() }).
		Getter("payload", func(self *river.Event) any { return self.Payload() }).
		Computed("event", func(self *river.Event) (sobek.Value, error) { return m.fromJSON(self.JSON()) }).
		Method("includes", func(self *river.Event, call sobek.FunctionCall) (sobek.Value, error) {
			hash, err := base64Bytes(call.Argument(0), "hash")
			if err != nil {
				return nil, err
			}
			return m.rt().ToValue(self.Includes(hash)), nil
		})
}

func (m *Module) readEvent(call sobek.FunctionCall) (sobek.Value, error) {
	fields, err := base64Fields(call.Argument(0), "envelope", "hash", "signature", "event")
	if err != nil {
		return nil, err
	}
	event, err := m.root.verifier.Open(&river.Envelope{Hash: fields[0], Signature: fields[1], Event: fields[2]})
	if err != nil {
		return nil, err
	}
	return m.events.New(event), nil
}

// knownEvent gives what readEvent gave to any VU of the process lately.
func (m *Module) knownEvent(call sobek.FunctionCall) (sobek.Value, error) {
	fields, err := base64Fields(call.Argument(0), "reference", "hash", "signature")
	if err != nil {
		return nil, err
	}
	if event := m.root.verifier.Recall(fields[0], fields[1]); event != nil {
		return m.events.New(event), nil
	}
	return sobek.Undefined(), nil
}

func eventFrom(value sobek.Value) (*river.Event, error) {
	if event, ok := js.Unwrap[river.Event](value); ok {
		return event, nil
	}
	return nil, js.Want("event", "what readEvent gave", value)
}
