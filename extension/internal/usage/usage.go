// Package usage measures what the process uses, and what of it went into password hashing: that work stands for the
// user's device, so reports judge the load generator with and without it.
package usage

import (
	"sync/atomic"
	"time"
)

var kdf atomic.Int64 // nanoseconds of CPU

// MeasureKDF runs work and counts its CPU time as password hashing.
func MeasureKDF(work func()) {
	defer threadTime()(&kdf)
	work()
}

// KDF is the CPU time counted so far.
func KDF() time.Duration { return time.Duration(kdf.Load()) }

// Memory is the process's resident memory in bytes: now, and at its highest.
func Memory() (now, peak uint64) { return memory() }

// CPU is the user and system time of the process so far.
func CPU() time.Duration { return cpu() }
