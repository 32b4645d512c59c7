package chain

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/onrush/onrush/extension/internal/fault"
)

// Outcome is an awaited transaction that is in a block.
type Outcome struct {
	Receipt *Receipt
	// TimeToMine from acceptance by the node to first sight of the including block, by the monotonic clock; 0 if this
	// process did not send it.
	TimeToMine time.Duration
}

type waiter struct {
	ctx           context.Context //nolint:containedctx // the follower works on behalf of whoever waits
	client        *Client
	confirmations uint64
	done          chan struct{}
	outcome       Outcome
	err           error
	first         bool // it is an own transaction's first outcome
}

// Wait returns the outcome of a transaction once its block has confirmations (1: is the newest). It returns an error
// with ReasonUnconfirmed after timeout, ReasonReplaced when its nonce was mined with another transaction, and
// fault.Ended with ctx.
func (c *Client) Wait(
	ctx context.Context,
	hash common.Hash,
	timeout time.Duration,
	confirmations int,
) (Outcome, error) {
	if err := c.ready(ctx); err != nil {
		return Outcome{}, err
	}
	f := c.endpoint.follower
	w := &waiter{ctx: ctx, client: c, confirmations: uint64(max(confirmations, 1)), done: make(chan struct{})}
	t := f.addWaiter(hash, w)
	defer f.removeWaiter(t, w)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-ctx.Done():
		return Outcome{}, fault.OfEnded(ctx)
	case <-timer.C:
		f.timeOut(t, w, timeout)
	}
	w.report(ctx)
	if w.err != nil {
		return Outcome{}, reportFailure(ctx, "eth_getTransactionReceipt", withTxHash(w.err, hash.Hex()))
	}
	return w.outcome, nil
}

// report tells the observer the outcome of an own transaction, once however many wait for it.
func (w *waiter) report(ctx context.Context) {
	if !w.first {
		return
	}
	observer := observerOf(ctx)
	receipt := w.outcome.Receipt
	switch {
	case receipt != nil && receipt.Succeeded:
		observer.Transaction(TxIncluded)
	case receipt != nil:
		observer.Transaction(TxReverted)
	case fault.From(w.err).Reason == ReasonReplaced:
		observer.Transaction(TxReplaced)
	default:
		observer.Transaction(TxTimedOut)
	}
	if receipt != nil {
		observer.Mined(w.outcome.TimeToMine, receipt.GasUsed)
	}
}

// addWaiter registers w and starts the follower if it rests.
func (f *follower) addWaiter(hash common.Hash, w *waiter) *tracked {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.txs[hash]
	if t == nil {
		t = &tracked{hash: hash}
		f.txs[hash] = t
	}
	if len(t.waiters) == 0 {
		t.checkAt = time.Now().Add(overdueAfter)
	}
	t.waiters = append(t.waiters, w)
	f.waiting++
	f.waiter = w
	f.active[t] = struct{}{}
	if !f.running {
		f.running = true
		go f.run()
		return t
	}
	if t.generation != f.generation || !t.seenAt.IsZero() { // there is something to ask for now
		select {
		case f.wake <- struct{}{}:
		default:
		}
	}
	return t
}

// removeWaiter ends w's wait.
func (f *follower) removeWaiter(t *tracked, w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting--
	t.waiters = slices.DeleteFunc(t.waiters, func(other *waiter) bool { return other == w })
	if len(t.waiters) == 0 {
		delete(f.active, t)
		t.evicted = t.evicted || t.receipt != nil // told: nobody needs it any more
	}
	f.dropUnusedLocked(t)
	if f.waiter == w {
		f.waiter = f.anyWaiterLocked()
	}
}

// anyWaiterLocked is anyone who waits; nil if nobody does.
func (f *follower) anyWaiterLocked() *waiter {
	for t := range f.active {
		return t.waiters[0]
	}
	return nil
}

// timeOut ends w's wait for want of time, unless it has just ended otherwise.
func (f *follower) timeOut(t *tracked, w *waiter, timeout time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	message := fmt.Sprintf("transaction is in no block after %s", timeout)
	if !t.seenAt.IsZero() {
		message = fmt.Sprintf(
			"transaction is in block %d, but has no receipt or too few confirmations after %s",
			t.number,
			timeout,
		)
	} else if f.failedPolls > 0 {
		message += "; the node does not answer"
	}
	f.finishLocked(t, w, nil, &fault.Error{Kind: fault.Timeout, Reason: ReasonUnconfirmed, Message: message})
}

// finishLocked ends w's wait.
func (f *follower) finishLocked(t *tracked, w *waiter, receipt *Receipt, err error) {
	select {
	case <-w.done:
		return
	default:
	}
	w.outcome = Outcome{Receipt: receipt, TimeToMine: t.timeToMine()}
	w.err, w.first = err, t.own() && !t.counted
	t.counted = true
	close(w.done)
}

// finishConfirmedLocked tells t's waiters what can be told while head is the newest block.
func (f *follower) finishConfirmedLocked(t *tracked, head uint64) {
	for _, w := range t.waiters {
		if t.receipt != nil && head+1 >= t.receipt.BlockNumber+w.confirmations {
			f.finishLocked(t, w, t.receipt, nil)
		}
	}
}

// finishAllLocked ends all of t's waits with err.
func (f *follower) finishAllLocked(t *tracked, err error) {
	for _, w := range t.waiters {
		f.finishLocked(t, w, nil, err)
	}
}

const (
	// A transaction not found in a block for this long is looked at itself: its receipt, and whether its nonce is used.
	overdueAfter = 5 * time.Second
	recheckAfter = time.Second
	// Transactions looked at per second at most: if many are overdue, the node is slow and must not be asked more.
	maxChecks = 100
)

// collectReceipts fetches the receipts of awaited transactions that are in blocks, or may be in blocks nobody read, in
// one batch, and tells the waiters.
func (f *follower) collectReceipts(ctx context.Context, c *Client) error {
	f.mu.Lock()
	var asked []*tracked
	generation := f.generation
	for t := range f.active {
		if t.receipt == nil && (!t.seenAt.IsZero() || t.generation != generation) {
			asked = append(asked, t)
		}
	}
	f.mu.Unlock()
	var trouble error
	for from := 0; from < len(asked); from += c.options.BatchSize {
		some := asked[from:min(from+c.options.BatchSize, len(asked))]
		if err := f.fetchReceipts(ctx, c, some, generation); err != nil {
			trouble = err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for t := range f.active {
		f.finishConfirmedLocked(t, f.last)
	}
	return trouble
}

// fetchReceipts asks for receipts and records what comes.
func (f *follower) fetchReceipts(ctx context.Context, c *Client, asked []*tracked, generation uint64) error {
	requests := make([]Request, len(asked))
	for i, t := range asked {
		requests[i] = NewRequest("eth_getTransactionReceipt", t.hash)
	}
	var trouble error
	for i, response := range c.onceBatch(ctx, requests) {
		var wire *wireReceipt
		if err := c.maybe(&wire, "eth_getTransactionReceipt", response); err != nil {
			trouble = err
			continue
		}
		f.recordReceipt(asked[i], wire.receipt(), generation)
	}
	return trouble
}

// recordReceipt notes a receipt, or that there is none yet.
func (f *follower) recordReceipt(t *tracked, receipt *Receipt, generation uint64) {
	f.mu.Lock()
	t.generation = generation
	if receipt != nil {
		t.receipt, t.number = receipt, receipt.BlockNumber
		if t.seenAt.IsZero() {
			t.seenAt = time.Now()
		}
	}
	manager, nonce := t.manager, t.nonce
	f.mu.Unlock()
	if receipt != nil && manager != nil {
		manager.mined(nonce)
	}
}

// checkOverdue asks about awaited transactions that are in no block yet: for a receipt that was missed, and whether
// their nonce is used.
func (f *follower) checkOverdue(ctx context.Context, c *Client) {
	now := time.Now()
	if now.Sub(f.checkedAt) < recheckAfter {
		return
	}
	f.checkedAt = now
	f.mu.Lock()
	var due []*tracked
	for t := range f.active {
		if t.seenAt.IsZero() && now.After(t.checkAt) && len(due) < maxChecks {
			t.checkAt = now.Add(overdueAfter)
			due = append(due, t)
		}
	}
	managers := make([]*nonces, len(due))
	for i, t := range due {
		managers[i] = t.manager
	}
	generation := f.generation
	f.mu.Unlock()
	if len(due) == 0 {
		return
	}
	// Before the receipts, so that a block in between cannot make an included one look replaced.
	used := usedNonces(ctx, c, due, managers)
	_ = f.fetchReceipts(ctx, c, due, generation)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, t := range due {
		if !used[i] || t.receipt != nil {
			t.replacedChecks = 0
			continue
		}
		// One more look: the backend that has the count may be ahead of the one with receipts.
		if t.replacedChecks++; t.replacedChecks < 2 {
			t.checkAt = now.Add(recheckAfter)
			continue
		}
		f.finishAllLocked(t, &fault.Error{
			Kind:    fault.Nonce,
			Reason:  ReasonReplaced,
			Message: "transaction was replaced: its nonce is used by another one",
		})
	}
}

// usedNonces tells which own transactions' nonces are mined. Accounts whose nonces are not are asked to look for a gap.
func usedNonces(ctx context.Context, c *Client, due []*tracked, managers []*nonces) []bool {
	used := make([]bool, len(due))
	var requests []Request
	var asked []int
	for i, manager := range managers {
		if manager != nil {
			requests = append(requests, NewRequest("eth_getTransactionCount", manager.key.address, latest))
			asked = append(asked, i)
		}
	}
	if len(requests) == 0 {
		return used
	}
	for at, response := range c.onceBatch(ctx, requests) {
		var count quantity
		if response.Err != nil || c.into(&count, "eth_getTransactionCount", response.Result) != nil {
			continue
		}
		i := asked[at]
		if used[i] = uint64(count) > due[i].nonce; !used[i] {
			managers[i].checkGap(ctx, c)
		}
	}
	return used
}

// Own transactions nobody waits for that are remembered; older ones are forgotten, and a late waiter asks the node for
// the receipt.
const maxTracked = 1 << 16

// tracked is a transaction that the follower looks for in blocks.
type tracked struct {
	hash    common.Hash
	manager *nonces // nil: not sent by this process
	nonce   uint64
	// generation of the follower that has seen every block since before this transaction could be in one. With an older
	// one, the transaction may be in a block that was not read, and its receipt is asked for.
	generation     uint64
	acceptedAt     time.Time // zero: not by this process, or not yet
	seenAt         time.Time // first sight of the including block
	number         uint64    // of that block
	receipt        *Receipt
	waiters        []*waiter
	counted        bool // an outcome was reported to someone
	evicted        bool // no longer in the ring: forget it with its last waiter
	checkAt        time.Time
	replacedChecks int // lookups in a row that found its nonce used and no receipt
}

func (t *tracked) own() bool { return t.manager != nil }

// timeToMine from acceptance to first sight of the block; 0 if unknown.
func (t *tracked) timeToMine() time.Duration {
	if t.acceptedAt.IsZero() || t.seenAt.IsZero() {
		return 0
	}
	return max(t.seenAt.Sub(t.acceptedAt), time.Microsecond) // a block may be seen before the node's answer arrives
}

// track makes a transaction known that is about to be submitted.
func (f *follower) track(hash common.Hash, manager *nonces, nonce uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.txs[hash]
	if t == nil {
		t = &tracked{hash: hash, generation: f.generation}
		f.txs[hash] = t
		f.rememberLocked(t)
	}
	t.manager, t.nonce = manager, nonce
}

// rememberLocked puts t into the ring of own transactions.
func (f *follower) rememberLocked(t *tracked) {
	if len(f.ring) < maxTracked {
		f.ring = append(f.ring, t)
		return
	}
	oldest := f.ring[f.oldest]
	f.ring[f.oldest] = t
	f.oldest = (f.oldest + 1) % maxTracked
	oldest.evicted = true
	f.dropUnusedLocked(oldest)
}

// dropUnusedLocked forgets t if nobody needs it any more.
func (f *follower) dropUnusedLocked(t *tracked) {
	if len(t.waiters) == 0 && (t.evicted || !t.own()) && f.txs[t.hash] == t {
		delete(f.txs, t.hash)
		t.receipt = nil // the ring may hold t for long
	}
}

// accepted stamps a transaction that the node has taken.
func (f *follower) accepted(hash common.Hash) {
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.txs[hash]; t != nil && t.acceptedAt.IsZero() {
		t.acceptedAt = now
	}
}

// forget drops a transaction that was refused.
func (f *follower) forget(hash common.Hash) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.txs[hash]; t != nil && t.acceptedAt.IsZero() {
		t.manager, t.evicted = nil, true
		f.dropUnusedLocked(t)
	}
}
