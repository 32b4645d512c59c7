package pool

import (
	"context"
	"fmt"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

// taker is one call of Take in the queue. given receives one index, or is closed with the pool.
type taker struct{ given chan int }

// Lease is a wallet on its way to a user. Until Claim it belongs to nobody: when the user's iteration ends first, it
// goes back to the front of the pool, since it has waited longest.
type Lease struct {
	// Index of the wallet.
	Index int
	// Waited is how long Take took.
	Waited time.Duration

	pool *Pool
	done bool        // claimed or given back; under pool.mu
	stop func() bool // stops watching the iteration
}

// Take gives the wallet that has waited longest, first come, first served. It fails with kind timeout after timeout,
// and with ctx.
func (p *Pool) Take(ctx context.Context, timeout time.Duration) (*Lease, error) {
	start := time.Now()
	waiting := &taker{given: make(chan int, 1)}
	p.mu.Lock()
	element := p.takers.PushBack(waiting)
	p.serveLocked()
	p.mu.Unlock()

	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case index, open := <-waiting.given:
		return p.lease(ctx, index, open, start)
	case <-timer.C:
	case <-ctx.Done():
	}

	p.mu.Lock()
	select {
	case index, open := <-waiting.given: // given in the same moment: not to be lost
		p.mu.Unlock()
		return p.lease(ctx, index, open, start)
	default:
	}
	defer p.mu.Unlock()
	p.takers.Remove(element)
	if ctx.Err() != nil {
		return nil, iterationEnded(ctx)
	}
	return nil, p.timeoutErrorLocked(timeout)
}

func (p *Pool) lease(ctx context.Context, index int, open bool, start time.Time) (*Lease, error) {
	if !open {
		return nil, errClosed
	}
	lease := &Lease{Index: index, Waited: time.Since(start), pool: p}
	lease.stop = context.AfterFunc(ctx, lease.Release)
	return lease, nil
}

// Claim makes the wallet the user's. It is false when the iteration ended first: then the wallet is back in the pool.
func (l *Lease) Claim() bool {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	claimed := !l.done
	l.done = true
	l.stop()
	return claimed
}

// Release puts an unclaimed wallet back to the front. After Claim it does nothing.
func (l *Lease) Release() {
	l.pool.mu.Lock()
	defer l.pool.mu.Unlock()
	if l.done {
		return
	}
	l.done = true
	l.pool.taken--
	l.pool.waiting.PushFront(l.Index)
	l.pool.serveLocked()
}

// timeoutErrorLocked is the error of a take that timed out; it says what the pool was doing meanwhile.
func (p *Pool) timeoutErrorLocked(timeout time.Duration) error {
	now := p.statsLocked()
	message := fmt.Sprintf(
		"no funded wallet within %s: pool of %d, %d waiting, %d being funded",
		timeout,
		p.options.Size,
		now.Waiting,
		now.Reserved,
	)
	if p.remainingLocked() == 0 && now.Reserved == 0 {
		message += fmt.Sprintf(", all %d planned were given out", p.options.Planned)
	}
	return &fault.Error{Kind: fault.Timeout, Retryable: true, Message: message}
}
