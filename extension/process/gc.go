package process

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// garbageBudget is how much garbage may pile up between two collections of a small process. Each collection costs CPU in proportion to what lives, and
	// a load generator has memory to spare long before it has CPU to spare.
	garbageBudget = 100 << 20
	// gcLeast keeps a large process (thousands of VUs) within half as much again as what lives in it; cmd/k6 starts with it.
	gcLeast = 50
	gcMost  = 400
)

// gcPercentFor is GOGC for a heap of that many live bytes.
func gcPercentFor(live uint64) int {
	if live == 0 {
		return gcMost
	}
	return int(min(gcMost, max(gcLeast, garbageBudget*100/live)))
}

// tuneGC sets the collector's pace once all VUs exist and before they work. A GOGC of the user's own is left alone.
func tuneGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() == metrics.KindUint64 {
		debug.SetGCPercent(gcPercentFor(sample[0].Value.Uint64()))
	}
}
