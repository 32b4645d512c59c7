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
	// TimeToMine from acceptance by the node to first sight of the including block, by the monotonic clock; 0 if this process did not send it.
	TimeToMine time.Duration
}

type waiter struct {
	ctx           context.Context //nolint:containedctx // the follower works on behalf of whoever waits
	client        *Client
	confirmations uint64
	done          chan struct{}
	outcome       Outcome
	err           *fault.Error
	first         bool // it is an own transaction's first outcome
}

// Wait returns the outcome of a transaction once its block has confirmations (1: is the newest). It returns an error with ReasonUnconfirmed
// after timeout, ReasonReplaced when its nonce was mined with another transaction, and fault.Ended with ctx.
func (c *Client) Wait(ctx context.Context, hash common.Hash, timeout time.Duration, confirmations int) (Outcome, error) {
	if err := c.ready(ctx); err != nil {
		return Outcome{}, err
	}
	f := c.endpoint.follow
	w := &waiter{ctx: ctx, client: c, confirmations: uint64(max(confirmations, 1)), done: make(chan struct{})}
	t := f.join(hash, w)
	defer f.leave(t, w)
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-w.done:
	case <-ctx.Done():
		return Outcome{}, fault.OfEnded(ctx)
	case <-timer.C:
		f.giveUp(t, w, timeout)
	}
	w.report(ctx)
	if w.err != nil {
		return Outcome{}, fail(ctx, "eth_getTransactionReceipt", about(w.err, hash.Hex()))
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
	case w.err.Reason == ReasonReplaced:
		observer.Transaction(TxReplaced)
	default:
		observer.Transaction(TxTimedOut)
	}
	if receipt != nil {
		observer.Mined(w.outcome.TimeToMine, receipt.GasUsed)
	}
}

// join registers w and starts the follower if it rests.
func (f *follower) join(hash common.Hash, w *waiter) *tracked {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.txs[hash]
	if t == nil {
		t = &tracked{hash: hash}
		f.txs[hash] = t
	}
	if len(t.waiters) == 0 {
		t.lookAt = time.Now().Add(lookAfter)
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

// leave ends w's wait.
func (f *follower) leave(t *tracked, w *waiter) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting--
	t.waiters = slices.DeleteFunc(t.waiters, func(other *waiter) bool { return other == w })
	if len(t.waiters) == 0 {
		delete(f.active, t)
		t.evicted = t.evicted || t.receipt != nil // told: nobody needs it any more
	}
	f.tidy(t)
	if f.waiter == w {
		f.waiter = f.anyone()
	}
}

// anyone who waits; nil if nobody does. Call it with mu held.
func (f *follower) anyone() *waiter {
	for t := range f.active {
		return t.waiters[0]
	}
	return nil
}

// giveUp ends w's wait for want of time, unless it has just ended otherwise.
func (f *follower) giveUp(t *tracked, w *waiter, timeout time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	message := fmt.Sprintf("transaction is in no block after %s", timeout)
	if !t.seenAt.IsZero() {
		message = fmt.Sprintf("transaction is in block %d, but has no receipt or too few confirmations after %s", t.number, timeout)
	} else if f.silent > 0 {
		message += "; the node does not answer"
	}
	f.tell(t, w, nil, &fault.Error{Kind: fault.Timeout, Reason: ReasonUnconfirmed, Message: message})
}

// tell ends w's wait. Call it with mu held.
func (f *follower) tell(t *tracked, w *waiter, receipt *Receipt, err *fault.Error) {
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

// deliver tells t's waiters what can be told while head is the newest block. Call it with mu held.
func (f *follower) deliver(t *tracked, head uint64) {
	for _, w := range t.waiters {
		if t.receipt != nil && head+1 >= t.receipt.BlockNumber+w.confirmations {
			f.tell(t, w, t.receipt, nil)
		}
	}
}

// refuse ends all of t's waits with err. Call it with mu held.
func (f *follower) refuse(t *tracked, err *fault.Error) {
	for _, w := range t.waiters {
		f.tell(t, w, nil, err)
	}
}
