package process

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"

	"github.com/grafana/sobek"
)

const (
	// garbageBudget is how much garbage may pile up between two collections of a small process. Each collection costs CPU
	// in proportion to what lives, and a load generator has memory to spare long before it has CPU to spare.
	garbageBudget = 100 << 20
	// garbageShare is the part of what lives that may pile up in a large process (thousands of VUs), whose collections
	// would otherwise follow each other too closely.
	garbageShare = 1.0 / 4
	gcMost       = 400
)

// gcPercentFor is GOGC for a heap of that many live bytes.
func gcPercentFor(live uint64) int {
	garbage := max(garbageBudget, float64(live)*garbageShare)
	return int(min(gcMost, 100*garbage/max(1, float64(live))))
}

// collector sets the pace of the process's garbage collector; all VUs share it.
type collector struct {
	mu      sync.Mutex
	percent int
	// mine is false where GOGC is the user's own: it is left alone then.
	mine bool
}

func newCollector() *collector { return &collector{mine: os.Getenv("GOGC") == ""} }

// tuneGC sets the pace for what lives now; once a second at most, of all VUs together.
func (m *Module) tuneGC(sobek.FunctionCall) (sobek.Value, error) {
	if m.root.tunings.allow(m.root.now()) {
		m.root.gc.tune()
	}
	return nil, nil
}

// tune sets the pace once all VUs exist and before they work, and again as a long run adds to what lives (k6 keeps each
// sample of a trend): the heap may grow by that, and not by a multiple of it.
func (c *collector) tune() {
	if !c.mine {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// Setting it stops the world for a moment, which a change of a few percent is not worth.
	if percent := gcPercentFor(sample[0].Value.Uint64()); percent > c.percent*105/100 || percent < c.percent*95/100 {
		debug.SetGCPercent(percent)
		c.percent = percent
	}
}
