package chain

import (
	"context"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	// A transaction not found in a block for this long is looked at itself: its receipt, and whether its nonce is used.
	lookAfter = 5 * time.Second
	lookSoon  = time.Second
	// Transactions looked at per second at most: if many are overdue, the node is slow and must not be asked more.
	maxLooks = 100
)

// collect fetches the receipts of awaited transactions that are in blocks, or may be in blocks nobody read, in one batch, and tells
// the waiters.
func (f *follower) collect(ctx context.Context, c *Client) *fault.Error {
	f.mu.Lock()
	var asked []*tracked
	generation := f.generation
	for t := range f.active {
		if t.receipt == nil && (!t.seenAt.IsZero() || t.generation != generation) {
			asked = append(asked, t)
		}
	}
	f.mu.Unlock()
	var trouble *fault.Error
	for from := 0; from < len(asked); from += c.options.BatchSize {
		some := asked[from:min(from+c.options.BatchSize, len(asked))]
		if err := f.fetch(ctx, c, some, generation); err != nil {
			trouble = err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for t := range f.active {
		f.deliver(t, f.last)
	}
	return trouble
}

// fetch asks for receipts and books what comes.
func (f *follower) fetch(ctx context.Context, c *Client, asked []*tracked, generation uint64) *fault.Error {
	requests := make([]Request, len(asked))
	for i, t := range asked {
		requests[i] = NewRequest("eth_getTransactionReceipt", t.hash)
	}
	var trouble *fault.Error
	for i, response := range c.onceBatch(ctx, requests) {
		var wire *wireReceipt
		if err := c.maybe(&wire, "eth_getTransactionReceipt", response); err != nil {
			trouble = err
			continue
		}
		f.book(asked[i], wire.receipt(), generation)
	}
	return trouble
}

// book notes a receipt, or that there is none yet.
func (f *follower) book(t *tracked, receipt *Receipt, generation uint64) {
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

// lookAtOverdue asks about awaited transactions that are in no block yet: for a receipt that was missed, and whether their nonce is used.
func (f *follower) lookAtOverdue(ctx context.Context, c *Client) {
	now := time.Now()
	if now.Sub(f.looked) < lookSoon {
		return
	}
	f.looked = now
	f.mu.Lock()
	var due []*tracked
	for t := range f.active {
		if t.seenAt.IsZero() && now.After(t.lookAt) && len(due) < maxLooks {
			t.lookAt = now.Add(lookAfter)
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
	used := usedNonces(ctx, c, due, managers) // before the receipts, so that a block in between cannot make an included one look replaced
	_ = f.fetch(ctx, c, due, generation)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, t := range due {
		if !used[i] || t.receipt != nil {
			t.gone = 0
			continue
		}
		if t.gone++; t.gone < 2 { // one more look: the backend that has the count may be ahead of the one with receipts
			t.lookAt = now.Add(lookSoon)
			continue
		}
		f.refuse(t, &fault.Error{Kind: fault.Nonce, Reason: ReasonReplaced, Message: "transaction was replaced: its nonce is used by another one"})
	}
}

// usedNonces tells which own transactions' nonces are mined. Accounts whose nonces are not are asked to look for a gap.
func usedNonces(ctx context.Context, c *Client, due []*tracked, managers []*nonces) []bool {
	used := make([]bool, len(due))
	var requests []Request
	var asked []int
	for i, manager := range managers {
		if manager != nil {
			requests = append(requests, NewRequest("eth_getTransactionCount", manager.key.address, "latest"))
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
			managers[i].overdue(ctx, c)
		}
	}
	return used
}
