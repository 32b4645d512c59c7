// Package extension registers Onrush's k6 modules. Import it for its side effect, or build it in with
// xk6 build --with github.com/onrush/onrush/extension.
package extension

import (
	"go.k6.io/k6/v2/js/modules"

	"github.com/onrush/onrush/extension/encryption"
	"github.com/onrush/onrush/extension/ethereum"
	"github.com/onrush/onrush/extension/process"
	"github.com/onrush/onrush/extension/towns"
)

func init() {
	modules.Register("k6/x/ethereum", ethereum.New())
	modules.Register("k6/x/encryption", encryption.New())
	modules.Register("k6/x/process", process.New())
	modules.Register("k6/x/towns", towns.New())
}
