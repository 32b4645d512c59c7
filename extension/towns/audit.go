package towns

import (
	"encoding/hex"
	"math"

	"github.com/ethereum/go-ethereum/common"
	"github.com/grafana/sobek"

	"github.com/onrush/onrush/extension/internal/js"
	"github.com/onrush/onrush/extension/internal/river"
)

func (m *Module) newAuditClass() *js.Class[river.Audit] {
	return js.NewClass(m.rt(), "StreamAudit", constructAudit).
		Getter("lost", func(self *river.Audit) any { return self.Lost() }).
		Method("take", func(self *river.Audit, call sobek.FunctionCall) (sobek.Value, error) {
			event, err := eventFrom(call.Argument(0))
			if err != nil {
				return nil, err
			}
			self.Take(event)
			return sobek.Undefined(), nil
		}).
		Method("awaits", func(self *river.Audit, call sobek.FunctionCall) (sobek.Value, error) {
			text, err := js.Text(call.Argument(0), "id")
			if err != nil {
				return nil, err
			}
			raw, err := hex.DecodeString(text)
			if err != nil || len(raw) != common.HashLength {
				return nil, js.Want("id", "an event's id", call.Argument(0))
			}
			return m.rt().ToValue(self.Awaits(common.Hash(raw))), nil
		})
}

func constructAudit(call sobek.ConstructorCall) (*river.Audit, error) {
	next, err := js.Uint(call.Argument(0), "next", math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return river.NewAudit(int64(next)), nil
}
