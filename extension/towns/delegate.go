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
	parameters := accepted.Read("createDelegate", call.Argument(0), "parameters")
	user := js.Required(parameters, "account", accountFrom)
	expiry := parameters.NeedNumber("expiresAt", maxTime)
	key := js.Option(parameters, "key", nil, accountFrom)
	err := parameters.Err()
	if err == nil && key == nil {
		key, err = account.Random()
	}
	if err != nil {
		return nil, err
	}
	delegate, err := river.NewDelegate(user, key, int64(expiry))
	if err != nil {
		return nil, err
	}
	return m.delegates.New(delegate), nil
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
				"id",
				hex.EncodeToString(envelope.Hash),
				"envelope",
				js.NewTuple("hash", text(envelope.Hash), "signature", text(envelope.Signature), "event", text(envelope.Event)),
			)), nil
		})
}
