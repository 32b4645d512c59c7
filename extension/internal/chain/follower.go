package chain

import (
	"context"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

const (
	shortPoll = 50 * time.Millisecond
	longPoll  = time.Second
	firstPoll = 100 * time.Millisecond // until the block time is known
	// polls per block: how late a block is seen is a tenth of the block time at most.
	pollsPerBlock = 10
)

// follower reads an endpoint's blocks, hashes only, while someone waits for a transaction, and fetches the receipts of those found.
//
// One goroutine (run) owns the walk; everything else shares mu. It starts with the first waiter and ends with the last, and goes on where
// it ended when it starts again, so that no block is missed in between.
type follower struct {
	mu         sync.Mutex
	running    bool
	waiting    int
	waiter     *waiter // the one on whose behalf requests are made
	txs        map[common.Hash]*tracked
	active     map[*tracked]struct{} // those with waiters
	ring       []*tracked            // own ones, to forget the oldest
	oldest     int
	generation uint64
	silent     int // ticks in a row that failed
	blockTime  time.Duration
	wake       chan struct{}

	// The walk; only run touches it.
	started bool // there is a last block
	last    uint64
	hashes  map[uint64]common.Hash // of the last blocks read
	stuck   int                    // ticks in a row in which the next block was missing although the head was above it
	stride  uint64                 // blocks asked for at once when catching up
	lastAt  time.Time
	looked  time.Time
}

func newFollower() *follower {
	return &follower{
		txs: map[common.Hash]*tracked{}, active: map[*tracked]struct{}{}, hashes: map[uint64]common.Hash{}, wake: make(chan struct{}, 1),
	}
}

// run follows the chain until nobody waits.
func (f *follower) run() {
	resumed := true
	for {
		ctx, c := f.behalf()
		if c == nil {
			return
		}
		ok := f.tick(ctx, c, resumed)
		resumed = false
		f.mu.Lock()
		if ok {
			f.silent = 0
		} else {
			f.silent++
		}
		pause := f.pause(c)
		f.mu.Unlock()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-f.wake:
		}
		timer.Stop()
	}
}

// behalf picks the waiter to work for. Without one, the follower rests.
func (f *follower) behalf() (context.Context, *Client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting == 0 || f.waiter == nil {
		f.running = false
		return nil, nil
	}
	return context.WithoutCancel(f.waiter.ctx), f.waiter.client
}

// pause until the next look at the chain. Call it with mu held.
func (f *follower) pause(c *Client) time.Duration {
	pause := c.options.PollingInterval
	if pause <= 0 {
		pause = firstPoll
		if f.blockTime > 0 {
			pause = min(max(f.blockTime/pollsPerBlock, shortPoll), longPoll)
		}
	}
	return min(pause<<min(f.silent, 4), max(pause, longPoll))
}

// tick looks at the chain once. It reports whether the node answered.
func (f *follower) tick(ctx context.Context, c *Client, resumed bool) (ok bool) {
	defer func() {
		if r := recover(); r != nil { // an answer of a form nobody thought of; the next tick asks again
			ok = false
		}
	}()
	if err := f.advance(ctx, c, resumed); err != nil {
		observerOf(ctx).Retry("eth_getBlockByNumber", err.Kind)
		return false
	}
	if err := f.collect(ctx, c); err != nil {
		observerOf(ctx).Retry("eth_getTransactionReceipt", err.Kind)
		return false
	}
	f.lookAtOverdue(ctx, c)
	return true
}
