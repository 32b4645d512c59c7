package process

import (
	"sync"
	"time"

	"github.com/onrush/onrush/extension/internal/usage"
)

// reading is the process's counters at one moment.
type reading struct {
	at       time.Time // with the monotonic clock
	cpu, kdf time.Duration
}

func read() reading { return reading{at: time.Now(), cpu: usage.CPU(), kdf: usage.KDF()} }

// window is the time over which the load generator's CPU is judged. Without begin it starts with the process, without
// finish it ends now.
type window struct {
	mu      sync.Mutex
	started bool
	start   reading
	end     *reading
}

func newWindow() *window {
	// What the process used before counts until begin; its start is taken for now, since modules are made in its first
	// milliseconds.
	return &window{start: reading{at: time.Now()}}
}

// begin starts the window; only the first call does.
func (w *window) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.started {
		w.started, w.start = true, read()
	}
}

// finish ends the window; the last call counts.
func (w *window) finish() {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := read()
	w.end = &now
}

// used is what the process used within the window; its memory is that of now.
type used struct {
	memory, memoryPeak uint64
	cpu, kdf, wall     time.Duration
}

func (w *window) used() used {
	now := read()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.end != nil {
		now = *w.end
	}
	memory, peak := usage.Memory()
	return used{
		memory: memory, memoryPeak: peak,
		cpu: max(0, now.cpu-w.start.cpu), kdf: max(0, now.kdf-w.start.kdf), wall: max(0, now.at.Sub(w.start.at)),
	}
}

// percent is work as a share of one core over the window; 0 while the window has no length.
func (u used) percent(work time.Duration) float64 {
	if u.wall <= 0 {
		return 0
	}
	return 100 * float64(work) / float64(u.wall)
}
