// Command k6 is k6 with Onrush's modules compiled in. The binary is AGPL-3.0, as k6 is.
package main

import (
	"go.k6.io/k6/v2/cmd"

	_ "github.com/onrush/onrush/extension" // registers k6/x/ethereum, k6/x/encryption, k6/x/process
)

func main() {
	cmd.Execute()
}
