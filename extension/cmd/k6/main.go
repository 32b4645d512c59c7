// Command k6 is k6 with Onrush's modules compiled in. The binary is AGPL-3.0, as k6 is.
package main

import (
	"os"
	"runtime/debug"

	"go.k6.io/k6/v2/cmd"

	_ "github.com/onrush/onrush/extension" // registers k6/x/ethereum, k6/x/encryption, k6/x/process, k6/x/towns
)

// gcPercent trades a little CPU for memory: a thousand VUs are mostly long-lived JavaScript objects, of which Go's
// default of 100 would let as much again pile up as garbage before it collects.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	cmd.Execute()
}
