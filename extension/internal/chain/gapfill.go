package chain

import (
	"context"
	"slices"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	// A gap is left this long to the next transaction, which fills it for free.
	fillDelay = 400 * time.Millisecond
	// Pauses between attempts that failed double up to this.
	longestFillPause = 10 * time.Second
	// After so many failed attempts in a row filling waits for the next occasion.
	maxFillTries = 12
	// An overdue transaction is an occasion to look for a gap, this often at most.
	fillEvery = 2 * time.Second
	// How long a node is asked for a transaction in doubt.
	doubtFor = 10 * time.Minute
)

type gapState struct {
	wanted    bool // there may be a gap that nothing known tells of
	scheduled bool // an attempt is under way or to come
	asked     bool // scheduleFill was called meanwhile
	failures  int
	last      time.Time
}

// suspectGap asks for a look at the account whatever is known.
func (n *nonces) suspectGap() {
	n.mu.Lock()
	n.gaps.wanted = true
	n.mu.Unlock()
}

// scheduleFill schedules filling if there is a gap: a free or suspected nonce below one that the node has accepted, or
// one suspected.
func (n *nonces) scheduleFill(ctx context.Context, c *Client) {
	n.mu.Lock()
	defer n.mu.Unlock()
	gap := (len(n.free) > 0 && n.free[0] < n.top) || (len(n.suspects) > 0 && n.suspects[0] < n.top)
	n.gaps.asked = n.gaps.scheduled
	if n.gaps.scheduled || (!gap && !n.gaps.wanted) || n.signer.Sign == nil {
		return
	}
	n.gaps.scheduled = true
	ctx = context.WithoutCancel(ctx)
	time.AfterFunc(min(fillDelay<<n.gaps.failures, longestFillPause), func() {
		result := gapsLeft
		defer func() {
			_ = recover() // a panic here must not end the process; it counts as a failed attempt
			if n.finishFill(result) {
				n.scheduleFill(ctx, c)
			}
		}()
		result = n.fillGaps(ctx, c)
	})
}

// fillResult is what an attempt at filling came to.
type fillResult int

const (
	gapsFilled fillResult = iota // no gap is left
	gapBusy                      // the lowest missing nonce is under way; its sender calls scheduleFill when it is done
	gapsLeft                     // try again later
)

// finishFill notes the end of an attempt and tells whether to make another.
func (n *nonces) finishFill(result fillResult) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gaps.scheduled = false
	n.gaps.last = time.Now()
	asked := n.gaps.asked
	n.gaps.asked = false
	if result == gapsLeft {
		n.gaps.failures++
		n.gaps.wanted = n.gaps.failures < maxFillTries
		if !n.gaps.wanted {
			n.gaps.failures = 0
		}
		return n.gaps.wanted
	}
	n.gaps.failures = 0
	n.gaps.wanted = result == gapBusy || asked // what is known may have changed since this attempt read them
	return asked
}

// checkGap is told that a transaction of this account is not in a block yet although it should.
func (n *nonces) checkGap(ctx context.Context, c *Client) {
	n.mu.Lock()
	due := time.Since(n.gaps.last) > fillEvery
	if due {
		n.gaps.wanted = true
	}
	n.mu.Unlock()
	if due {
		n.scheduleFill(ctx, c)
	}
}

// fillGaps fills the gaps below the highest accepted nonce.
func (n *nonces) fillGaps(ctx context.Context, c *Client) fillResult {
	for range maxKept {
		missing, err := n.lowestMissing(ctx, c)
		if err != nil {
			return gapsLeft
		}
		n.mu.Lock()
		_, flies := n.flying[missing]
		_, pinned := n.pinned[missing]
		lost := n.keptFromLocked(missing, c.options.BatchSize)
		full := missing >= n.top
		if !full && !flies && !pinned && len(lost) == 0 {
			n.takeLocked(missing)
		}
		n.mu.Unlock()
		switch {
		case full, pinned: // a caller's own nonce is the caller's business
			return gapsFilled
		case flies:
			return gapBusy
		case len(lost) > 0:
			if !n.resend(ctx, c, missing, lost) {
				return gapsLeft
			}
		default:
			if !n.fillWithTransfer(ctx, c, missing) {
				return gapsLeft
			}
		}
	}
	return gapsLeft
}

// lowestMissing is the lowest nonce the node has no transaction for.
func (n *nonces) lowestMissing(ctx context.Context, c *Client) (uint64, error) {
	var counts [2]quantity
	for i, response := range c.onceBatch(ctx, []Request{
		NewRequest("eth_getTransactionCount", n.key.address, latest),
		NewRequest("eth_getTransactionCount", n.key.address, "pending"),
	}) {
		if response.Err == nil {
			response.Err = c.into(&counts[i], "eth_getTransactionCount", response.Result)
		}
		if response.Err != nil {
			return 0, response.Err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settleBelowLocked(uint64(counts[0]))
	n.raiseLocked(uint64(counts[1]))
	return max(uint64(counts[1]), n.floor), nil
}

// keptFromLocked lists the accepted transactions from nonce on, up to the next one not known.
func (n *nonces) keptFromLocked(nonce uint64, most int) []signed {
	var list []signed
	for len(list) < most {
		tx, ok := n.kept[nonce+uint64(len(list))]
		if !ok {
			break
		}
		list = append(list, tx)
	}
	return list
}

// resend gives the node transactions again that it had accepted and lost. It reports whether to go on.
func (n *nonces) resend(ctx context.Context, c *Client, first uint64, lost []signed) bool {
	requests := make([]Request, len(lost))
	for i, tx := range lost {
		requests[i] = tx.request()
	}
	responses := c.onceBatch(ctx, requests)
	for _, response := range responses {
		if response.Err == nil {
			observerOf(ctx).GapFilled()
		}
	}
	switch err := fault.From(responses[0].Err); {
	case err == nil:
		return true
	case err.Kind == fault.Nonce: // the node has it after all, or its count was of a moment ago
		return false
	case err.Retryable || err.Kind == fault.Funds:
		return false
	}
	n.mu.Lock() // the node will never take it: what waits behind it goes first
	delete(n.kept, first)
	n.insertFreeLocked(first)
	n.mu.Unlock()
	return true
}

// takeLocked reserves a nonce for filling.
func (n *nonces) takeLocked(nonce uint64) {
	other := func(known uint64) bool { return known == nonce }
	n.free = slices.DeleteFunc(n.free, other)
	n.suspects = slices.DeleteFunc(n.suspects, other)
	n.flying[nonce] = struct{}{}
	n.next = max(n.next, nonce+1)
}

// fillWithTransfer fills a gap with a transfer of nothing to the account itself. It reports whether to go on.
func (n *nonces) fillWithTransfer(ctx context.Context, c *Client, nonce uint64) bool {
	self := n.key.address
	n.mu.Lock()
	transfer := &job{
		tx:       &Tx{From: n.signer, To: &self},
		manager:  n,
		gas:      transferGas,
		nonce:    nonce,
		numbered: true,
		renewals: maxRenewals,
		filler:   true,
	}
	n.mu.Unlock()
	var err error
	if transfer.fees, err = c.completeFees(ctx, Fees{}); err != nil {
		n.giveBack(nonce)
		return false
	}
	c.signJob(ctx, n.key.chain, transfer)
	c.submit(ctx, n.key.chain, []*job{transfer})
	if transfer.sent.Err == nil {
		observerOf(ctx).GapFilled()
		return true
	}
	return fault.From(transfer.sent.Err).Kind == fault.Nonce
}

// resolveDoubt finds out what became of a transaction in doubt, and frees its nonce if the node does not have it.
func (n *nonces) resolveDoubt(ctx context.Context, c *Client, nonce uint64, tx signed) {
	defer func() { _ = recover() }() // the nonce stays taken
	pause := fillDelay
	for began := time.Now(); time.Since(began) < doubtFor; {
		sleepFor(ctx, pause)
		pause = min(2*pause, longestFillPause)
		known, err := c.known(ctx, tx, lookups)
		if err != nil {
			continue
		}
		if known {
			n.accepted(nonce, tx)
		} else {
			n.giveBack(nonce)
		}
		break
	}
	n.scheduleFill(ctx, c)
}
