package chain

import (
	"context"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	shortPoll = 50 * time.Millisecond
	longPoll  = time.Second
	firstPoll = 100 * time.Millisecond // until the block time is known
	// polls per block: how late a block is seen is a tenth of the block time at most.
	pollsPerBlock = 10
)

// follower reads an endpoint's blocks, hashes only, while someone waits for a transaction, and fetches the receipts of
// those found.
//
// One goroutine (run) reads the blocks; everything else shares mu. It starts with the first waiter and ends with the
// last, and goes on where it ended when it starts again, so that no block is missed in between.
type follower struct {
	mu          sync.Mutex
	running     bool
	waiting     int
	waiter      *waiter // the one on whose behalf requests are made
	txs         map[common.Hash]*tracked
	active      map[*tracked]struct{} // those with waiters
	ring        []*tracked            // own ones, to forget the oldest
	oldest      int
	generation  uint64
	failedPolls int // polls in a row that failed
	blockTime   time.Duration
	wake        chan struct{}

	// Where it is in the chain; only run touches it.
	started   bool // there is a last block
	last      uint64
	hashes    map[uint64]common.Hash // of the last blocks read
	stuck     int                    // polls in a row in which the next block was missing although the head was above it
	stride    uint64                 // blocks asked for at once when catching up
	lastAt    time.Time
	checkedAt time.Time
}

func newFollower() *follower {
	return &follower{
		txs:    map[common.Hash]*tracked{},
		active: map[*tracked]struct{}{},
		hashes: map[uint64]common.Hash{},
		wake:   make(chan struct{}, 1),
	}
}

// run follows the chain until nobody waits.
func (f *follower) run() {
	resumed := true
	for {
		ctx, c := f.currentWaiter()
		if c == nil {
			return
		}
		ok := f.poll(ctx, c, resumed)
		resumed = false
		f.mu.Lock()
		if ok {
			f.failedPolls = 0
		} else {
			f.failedPolls++
		}
		pause := f.pauseLocked(c)
		f.mu.Unlock()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-f.wake:
		}
		timer.Stop()
	}
}

// currentWaiter picks the waiter to work for. Without one, the follower rests.
func (f *follower) currentWaiter() (context.Context, *Client) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.waiting == 0 || f.waiter == nil {
		f.running = false
		return nil, nil
	}
	return context.WithoutCancel(f.waiter.ctx), f.waiter.client
}

// pauseLocked is how long to wait until the next look at the chain.
func (f *follower) pauseLocked(c *Client) time.Duration {
	pause := c.options.PollingInterval
	if pause <= 0 {
		pause = firstPoll
		if f.blockTime > 0 {
			pause = min(max(f.blockTime/pollsPerBlock, shortPoll), longPoll)
		}
	}
	return min(pause<<min(f.failedPolls, 4), max(pause, longPoll))
}

// poll looks at the chain once. It reports whether the node answered.
func (f *follower) poll(ctx context.Context, c *Client, resumed bool) (ok bool) {
	defer func() {
		if r := recover(); r != nil { // an answer of a form nobody thought of; the next poll asks again
			ok = false
		}
	}()
	if err := f.readNewBlocks(ctx, c, resumed); err != nil {
		observerOf(ctx).Retry("eth_getBlockByNumber", fault.From(err).Kind)
		return false
	}
	if err := f.collectReceipts(ctx, c); err != nil {
		observerOf(ctx).Retry("eth_getTransactionReceipt", fault.From(err).Kind)
		return false
	}
	f.checkOverdue(ctx, c)
	return true
}

const (
	// Blocks read in one request when catching up.
	maxStride = 50
	// A follower that rested, or a node that was silent, may have missed this many blocks; beyond, it starts anew at the
	// head.
	resumable, catchable = 32, 5_000
	// Hashes kept to notice reorganisations, and blocks read again when one is noticed.
	keptHashes, rewound = 128, 6
	// Polls that the next block may be missing while the head is above it before its number counts as skipped.
	maxMissingPolls = 20
)

// readNewBlocks reads the blocks that are new. resumed: the follower rested before.
func (f *follower) readNewBlocks(ctx context.Context, c *Client, resumed bool) error {
	before := f.last
	err := f.readUpToHead(ctx, c, resumed)
	if f.last > before {
		f.learnBlockTime(f.last - before)
	}
	return err
}

func (f *follower) readUpToHead(ctx context.Context, c *Client, resumed bool) error {
	if !f.started {
		return f.startAtHead(ctx, c)
	}
	head, next, err := f.headAndNext(ctx, c)
	if err != nil {
		return err
	}
	limit := uint64(catchable)
	if resumed {
		limit = resumable
	}
	if head > f.last+limit || head+keptHashes < f.last { // far behind, or another chain than before
		return f.startAtHead(ctx, c)
	}
	if next != nil && !f.appendBlock(ctx, c, next) {
		return nil
	}
	for f.last < head {
		before := f.last
		if err := f.catchUp(ctx, c, head); err != nil {
			return err
		}
		if f.last <= before {
			break
		}
	}
	return nil
}

// startAtHead starts anew at the newest block. What could be in earlier blocks is asked for by receipt.
func (f *follower) startAtHead(ctx context.Context, c *Client) error {
	var newest *block
	responses := c.onceBatch(ctx, []Request{NewRequest("eth_getBlockByNumber", latest, false)})
	if responses[0].Err != nil {
		return responses[0].Err
	}
	if err := c.into(&newest, "eth_getBlockByNumber", responses[0].Result); err != nil {
		return err
	}
	if newest == nil {
		return fault.Newf(fault.Protocol, "no newest block")
	}
	f.mu.Lock()
	f.generation++
	f.mu.Unlock()
	clear(f.hashes)
	f.started, f.stuck, f.lastAt = true, 0, time.Time{}
	f.matchBlock(ctx, c, newest)
	return nil
}

// headAndNext asks in one request how far the chain is and for the block after the last.
func (f *follower) headAndNext(ctx context.Context, c *Client) (uint64, *block, error) {
	var head quantity
	var next *block
	responses := c.onceBatch(ctx, []Request{
		NewRequest("eth_blockNumber"), NewRequest("eth_getBlockByNumber", hexQuantity(f.last+1), false),
	})
	if err := responses[0].Err; err != nil {
		return 0, nil, err
	}
	if err := c.into(&head, "eth_blockNumber", responses[0].Result); err != nil {
		return 0, nil, err
	}
	if err := c.maybe(&next, "eth_getBlockByNumber", responses[1]); err != nil {
		return 0, nil, err
	}
	return uint64(head), next, nil
}

// catchUp reads a stride of blocks up to head. Numbers without a block are passed over once a later block proves that
// they are none, by naming the last one read as its parent, or after some patience: then a block may have been missed,
// and receipts are asked for.
func (f *follower) catchUp(ctx context.Context, c *Client, head uint64) error {
	first := f.last + 1
	count := min(head-f.last, max(f.stride, 1))
	requests := make([]Request, count)
	for i := range requests {
		requests[i] = NewRequest("eth_getBlockByNumber", hexQuantity(first+uint64(i)), false)
	}
	for i, response := range c.onceBatch(ctx, requests) {
		var found *block
		if err := c.maybe(&found, "eth_getBlockByNumber", response); err != nil {
			f.stride /= 2 // the answer may have been too long for the timeout
			return err
		}
		if found == nil {
			continue
		}
		skipped := first+uint64(i) > f.last+1
		if skipped && found.Parent != f.hashes[f.last] && f.stuck < maxMissingPolls {
			break // the number is not skipped: the node is late with its block
		}
		if skipped && found.Parent != f.hashes[f.last] {
			return f.startAtHead(ctx, c)
		}
		if !f.appendBlock(ctx, c, found) {
			return nil
		}
	}
	if f.last+1 > first {
		f.stuck, f.stride = 0, min(2*count, maxStride)
		return nil
	}
	if f.stuck++; f.stuck > 2*maxMissingPolls { // nothing but numbers without blocks
		return f.startAtHead(ctx, c)
	}
	return nil
}

// appendBlock matches the next block, unless it does not build on the last: then it goes back a few blocks. It reports
// whether to go on.
func (f *follower) appendBlock(ctx context.Context, c *Client, next *block) bool {
	if known, ok := f.hashes[f.last]; ok && known != next.Parent {
		f.rewind()
		return false
	}
	f.matchBlock(ctx, c, next)
	return true
}

// rewind goes back, and forgets what was found in the blocks left behind unless someone has been told.
func (f *follower) rewind() {
	back := min(uint64(rewound), f.last)
	for back > 0 {
		if _, ok := f.hashes[f.last]; !ok {
			break
		}
		delete(f.hashes, f.last)
		f.last--
		back--
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for t := range f.active {
		if !t.seenAt.IsZero() && t.number > f.last {
			t.seenAt, t.number, t.receipt = time.Time{}, 0, nil
		}
	}
}

// matchBlock matches a block's hashes with ours and stamps those found.
func (f *follower) matchBlock(ctx context.Context, c *Client, b *block) {
	now := time.Now()
	number := uint64(b.Number)
	f.last = number
	f.hashes[number] = b.Hash
	delete(f.hashes, number-keptHashes)
	c.sawHead(ctx, b.head())

	var mined []*tracked
	f.mu.Lock()
	for _, hash := range b.Transactions {
		if t := f.txs[hash]; t != nil && t.seenAt.IsZero() {
			t.seenAt, t.number = now, number
			if t.own() {
				mined = append(mined, t)
			}
		}
	}
	f.mu.Unlock()
	for _, t := range mined {
		t.manager.mined(t.nonce)
	}
}

// learnBlockTime learns the block time from when blocks are seen.
func (f *follower) learnBlockTime(blocks uint64) {
	now := time.Now()
	if !f.lastAt.IsZero() {
		observed := now.Sub(f.lastAt) / time.Duration(blocks) //nolint:gosec // far below 2^63
		f.mu.Lock()
		if f.blockTime == 0 {
			f.blockTime = observed
		}
		f.blockTime += (observed - f.blockTime) / 4
		f.mu.Unlock()
	}
	f.lastAt = now
}
