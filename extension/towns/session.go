package towns

import (
	"encoding/base64"
	"fmt"
	"math"

	"github.com/ethereum/go-ethereum/common"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

func (m *Module) newSessionClass() *js.Class[river.Session] {
	return js.NewClass(m.rt(), "GroupSession", constructSession).
		Getter("id", func(self *river.Session) any { return base64.StdEncoding.EncodeToString(self.ID[:]) }).
		Method("encrypt", func(self *river.Session, call sobek.FunctionCall) (sobek.Value, error) {
			text, err := jsonOf(call.Argument(0), "message")
			if err != nil {
				return nil, err
			}
			return m.fromJSON(self.EncryptMessage(text))
		}).
		Method("decrypt", func(self *river.Session, call sobek.FunctionCall) (sobek.Value, error) {
			text, err := jsonOf(call.Argument(0), "encrypted data")
			if err != nil {
				return nil, err
			}
			return m.fromJSON(self.DecryptMessage(text))
		}).
		Method("decryptEvent", func(self *river.Session, call sobek.FunctionCall) (sobek.Value, error) {
			event, err := eventFrom(call.Argument(0))
			if err != nil {
				return nil, err
			}
			text, err := self.DecryptEvent(event)
			if text == nil && err == nil {
				return sobek.Undefined(), nil
			}
			return m.fromJSON(text, err)
		}).
		Method("encryptUsername", func(self *river.Session, call sobek.FunctionCall) (sobek.Value, error) {
			name, err := js.Text(call.Argument(0), "username")
			if err != nil {
				return nil, err
			}
			return m.fromJSON(self.EncryptUsername(name))
		}).
		Method("decryptUsername", func(self *river.Session, call sobek.FunctionCall) (sobek.Value, error) {
			text, err := jsonOf(call.Argument(0), "encrypted data")
			if err != nil {
				return nil, err
			}
			name, err := self.DecryptUsername(text)
			if err != nil {
				return nil, err
			}
			return m.rt().ToValue(name), nil
		})
}

func constructSession(call sobek.ConstructorCall) (*river.Session, error) {
	parameters, err := js.Object(call.Argument(0), "parameters")
	if err != nil {
		return nil, err
	}
	secret, err := js.Text(parameters.Get("secret"), "secret")
	if err != nil {
		return nil, err
	}
	stream, err := streamIDFrom(parameters.Get("streamId"), "streamId")
	if err != nil {
		return nil, err
	}
	sender := ""
	if value := parameters.Get("senderKey"); !js.IsNil(value) {
		if sender, err = js.Text(value, "senderKey"); err != nil {
			return nil, err
		}
	}
	num, hash, err := miniblockFrom(parameters.Get("miniblock"))
	if err != nil {
		return nil, err
	}
	return river.NewSession(secret, stream, sender, num, hash)
}

// miniblockFrom reads {num, hash}; without one it is number 0 with no hash, where an agreed session has no beginning.
func miniblockFrom(value sobek.Value) (num int64, hash common.Hash, err error) {
	if js.IsNil(value) {
		return 0, common.Hash{}, nil
	}
	object, err := js.Object(value, "miniblock")
	if err != nil {
		return 0, common.Hash{}, err
	}
	number, err := js.Uint(object.Get("num"), "miniblock.num", math.MaxInt64)
	if err != nil {
		return 0, common.Hash{}, err
	}
	raw, err := base64Bytes(object.Get("hash"), "miniblock.hash")
	if err != nil {
		return 0, common.Hash{}, err
	}
	if len(raw) != common.HashLength {
		return 0, common.Hash{}, fmt.Errorf("miniblock.hash: want %d bytes, got %d", common.HashLength, len(raw))
	}
	return int64(number), common.BytesToHash(raw), nil
}
