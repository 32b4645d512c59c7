package usage

import (
	"bytes"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// threadTime starts a measurement of this thread's CPU time; the function it returns ends it and adds it to a sum. Wall
// time would count the waiting for a core of a busy machine.
func threadTime() func(sum *atomic.Int64) {
	runtime.LockOSThread()
	start := threadClock()
	return func(sum *atomic.Int64) {
		sum.Add(threadClock() - start)
		runtime.UnlockOSThread()
	}
}

func threadClock() int64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &now); err != nil {
		return 0 // the clock is a part of Linux since 2.6.12
	}
	return now.Nano()
}

func cpu() time.Duration {
	var used unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &used); err != nil {
		return 0 // fails only for a wrong first argument
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func memory() (now, peak uint64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil { // no /proc, as in some containers: the Go heap is most of it
		return goMemory(), goMemory()
	}
	return statusField(status, "VmRSS:"), statusField(status, "VmHWM:")
}

// statusField reads a line such as "VmRSS:	   12345 kB".
func statusField(status []byte, name string) uint64 {
	_, line, found := bytes.Cut(status, []byte(name))
	fields := bytes.Fields(line)
	if !found || len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseUint(string(fields[0]), 10, 54)
	return kilobytes * 1024
}
