package main

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"go.k6.io/k6/v2/cmd/state"
	"go.k6.io/k6/v2/errext"
	"go.k6.io/k6/v2/errext/exitcodes"
	"go.k6.io/k6/v2/subcommand"
)

// k6 settles its exit code before handleSummary is called, so that a script's verdict cannot change it: a run whose
// verdict is not PASSED would end with 0. Here a script that calls exec.test.fail() in handleSummary ends k6 with the
// code that k6 has for that anywhere else. A subcommand is what k6 gives its own state to, and so the way in.
func init() {
	subcommand.RegisterExtension("onrush", func(gs *state.GlobalState) *cobra.Command {
		failed := &failHook{}
		gs.Logger.AddHook(failed)
		exit := gs.OSExit
		gs.OSExit = func(code int) { exit(failed.code(code)) }
		// Scripts see the environment and not the flags.
		for _, arg := range gs.CmdArgs {
			if name, on := strings.CutPrefix(arg, "--no-thresholds"); on && (name == "" || name == "=true") {
				gs.Env["K6_NO_THRESHOLDS"] = "true"
			}
		}
		return &cobra.Command{
			Use:   "onrush",
			Short: "Tell that Onrush's modules are compiled in",
			RunE: func(*cobra.Command, []string) error {
				_, err := fmt.Fprintln(gs.Stdout, "k6/x/ethereum k6/x/encryption k6/x/process k6/x/towns")
				return err
			},
		}
	})
}

// failHook sees that a script has marked its run as failed.
type failHook struct{ seen atomic.Bool }

func (h *failHook) Levels() []logrus.Level { return []logrus.Level{logrus.ErrorLevel} }

func (h *failHook) Fire(entry *logrus.Entry) error {
	if strings.HasPrefix(entry.Message, errext.MarkedAsFailedTest) {
		h.seen.Store(true)
	}
	return nil
}

// code is what the process ends with: a failed run is not 0.
func (h *failHook) code(code int) int {
	if code == 0 && h.seen.Load() {
		return int(exitcodes.MarkedAsFailed)
	}
	return code
}
