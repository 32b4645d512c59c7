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
	parameters := accepted.Read("GroupSession", call.Argument(0), "parameters")
	secret := parameters.Text("secret")
	stream := js.Required(parameters, "streamId", streamIDFrom)
	sender := js.Option(parameters, "senderKey", "", js.Text)
	num, hash := miniblockFrom(parameters)
	if err := parameters.Err(); err != nil {
		return nil, err
	}
	return river.NewSession(secret, stream, sender, num, hash)
}

// miniblockFrom reads {num, hash}; without one it is number 0 with no hash, where an agreed session has no beginning.
func miniblockFrom(parameters *js.Options) (num int64, hash common.Hash) {
	value, given := parameters.Get("miniblock")
	if !given {
		return 0, common.Hash{}
	}
	block := accepted.Read("GroupSession miniblock", value, "miniblock")
	number, raw := block.NeedNumber("num", math.MaxInt64), js.Required(block, "hash", base64Bytes)
	if block.Err() == nil && len(raw) != common.HashLength {
		block.Fail(fmt.Errorf("miniblock.hash: want %d bytes, got %d", common.HashLength, len(raw)))
	}
	if err := block.Err(); err != nil {
		parameters.Fail(err)
		return 0, common.Hash{}
	}
	return int64(number), common.BytesToHash(raw) //nolint:gosec // bounded
}
