package towns

import (
	"encoding/base64"
	"encoding/hex"
	"time"

	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/account"
	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

// maxTime is the latest time in milliseconds that a JavaScript number holds exactly.
const maxTime = 1<<53 - 1

func (m *Module) createDelegate(call sobek.FunctionCall) (sobek.Value, error) {
	parameters, err := js.Object(call.Argument(0), "parameters")
	if err != nil {
		return nil, err
	}
	user, err := accountFrom(parameters.Get("account"), "account")
	if err != nil {
		return nil, err
	}
	expiry, err := js.Uint(parameters.Get("expiresAt"), "expiresAt", maxTime)
	if err != nil {
		return nil, err
	}
	key, err := keyFrom(parameters.Get("key"))
	if err != nil {
		return nil, err
	}
	delegate, err := river.NewDelegate(user, key, int64(expiry))
	if err != nil {
		return nil, err
	}
	return m.delegates.New(delegate), nil
}

func keyFrom(value sobek.Value) (*account.Account, error) {
	if js.IsNil(value) {
		return account.Random()
	}
	return accountFrom(value, "key")
}

func (m *Module) newDelegateClass() *js.Class[river.Delegate] {
	return js.NewClass[river.Delegate](m.rt(), "Delegate", nil).
		Property("address", func(self *river.Delegate) any { return self.User }).
		Property("key", func(self *river.Delegate) any { return self.Key() }).
		Property("expiresAt", func(self *river.Delegate) any { return self.Expiry }).
		Method("event", func(self *river.Delegate, call sobek.FunctionCall) (sobek.Value, error) {
			fields, err := jsonOf(call.Argument(0), "event")
			if err != nil {
				return nil, err
			}
			envelope, err := self.Event(fields, time.Now())
			if err != nil {
				return nil, err
			}
			text := base64.StdEncoding.EncodeToString
			return js.Value(m.rt(), js.NewTuple(
				"id", hex.EncodeToString(envelope.Hash),
				"envelope", js.NewTuple("hash", text(envelope.Hash), "signature", text(envelope.Signature), "event", text(envelope.Event)),
			)), nil
		})
}
