//go:build !linux

package usage

import (
	"runtime/metrics"
	"sync/atomic"
	"time"
)

// Where there is no /proc, Go's own accounts have to do: CPU is brought up to date at each garbage collection only.

func threadTime() func(sum *atomic.Int64) {
	start := time.Now()
	return func(sum *atomic.Int64) { sum.Add(int64(time.Since(start))) }
}

func cpu() time.Duration {
	read := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	metrics.Read(read)
	return time.Duration((read[0].Value.Float64() - read[1].Value.Float64()) * float64(time.Second))
}

var highest atomic.Uint64

func memory() (now, peak uint64) {
	now = goMemory()
	for {
		peak = highest.Load()
		if now <= peak {
			return now, peak
		}
		if highest.CompareAndSwap(peak, now) {
			return now, now
		}
	}
}
