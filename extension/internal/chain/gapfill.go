package chain

import (
	"context"
	"slices"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	// A gap is left this long to the next transaction, which fills it for free.
	healDelay = 400 * time.Millisecond
	// Pauses between attempts that failed double up to this.
	healPause = 10 * time.Second
	// After so many failed attempts in a row healing waits for the next occasion.
	healTries = 12
	// An overdue transaction is an occasion to look for a gap, this often at most.
	healEvery = 2 * time.Second
	// How long a node is asked for a transaction in doubt.
	doubtFor = 10 * time.Minute
)

type healState struct {
	wanted    bool // there may be a gap that the books do not tell of
	scheduled bool // an attempt is under way or to come
	asked     bool // care was called meanwhile
	failures  int
	last      time.Time
}

// alarm asks for a look at the account whatever the books say.
func (n *nonces) alarm() {
	n.mu.Lock()
	n.healing.wanted = true
	n.mu.Unlock()
}

// care schedules healing if there is a gap: a free or suspected nonce below one that the node has accepted, or an alarm.
func (n *nonces) care(ctx context.Context, c *Client) {
	n.mu.Lock()
	defer n.mu.Unlock()
	gap := (len(n.free) > 0 && n.free[0] < n.top) || (len(n.suspects) > 0 && n.suspects[0] < n.top)
	n.healing.asked = n.healing.scheduled
	if n.healing.scheduled || (!gap && !n.healing.wanted) || n.signer.Sign == nil {
		return
	}
	n.healing.scheduled = true
	ctx = context.WithoutCancel(ctx)
	time.AfterFunc(min(healDelay<<n.healing.failures, healPause), func() {
		result := failed
		defer func() {
			_ = recover() // a panic here must not end the process; it counts as a failed attempt
			if n.rest(result) {
				n.care(ctx, c)
			}
		}()
		result = n.heal(ctx, c)
	})
}

// healed is what an attempt at healing came to.
type healed int

const (
	whole  healed = iota // no gap is left
	busy                 // the lowest missing nonce is under way; its sender calls care when it is done
	failed               // try again later
)

// rest notes the end of an attempt and tells whether to make another.
func (n *nonces) rest(result healed) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.healing.scheduled = false
	n.healing.last = time.Now()
	asked := n.healing.asked
	n.healing.asked = false
	if result == failed {
		n.healing.failures++
		n.healing.wanted = n.healing.failures < healTries
		if !n.healing.wanted {
			n.healing.failures = 0
		}
		return n.healing.wanted
	}
	n.healing.failures = 0
	n.healing.wanted = result == busy || asked // the books may have changed since this attempt read them
	return asked
}

// overdue is told that a transaction of this account is not in a block yet although it should.
func (n *nonces) overdue(ctx context.Context, c *Client) {
	n.mu.Lock()
	due := time.Since(n.healing.last) > healEvery
	if due {
		n.healing.wanted = true
	}
	n.mu.Unlock()
	if due {
		n.care(ctx, c)
	}
}

// heal fills the gaps below the highest accepted nonce.
func (n *nonces) heal(ctx context.Context, c *Client) healed {
	for range maxKept {
		missing, err := n.missing(ctx, c)
		if err != nil {
			return failed
		}
		n.mu.Lock()
		_, flies := n.flying[missing]
		_, pinned := n.pinned[missing]
		lost := n.keptFrom(missing, c.options.BatchSize)
		full := missing >= n.top
		if !full && !flies && !pinned && len(lost) == 0 {
			n.take(missing)
		}
		n.mu.Unlock()
		switch {
		case full, pinned: // a caller's own nonce is the caller's business
			return whole
		case flies:
			return busy
		case len(lost) > 0:
			if !n.resend(ctx, c, missing, lost) {
				return failed
			}
		default:
			if !n.plug(ctx, c, missing) {
				return failed
			}
		}
	}
	return failed
}

// missing is the lowest nonce the node has no transaction for.
func (n *nonces) missing(ctx context.Context, c *Client) (uint64, *fault.Error) {
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
	n.settleBelow(uint64(counts[0]))
	n.raise(uint64(counts[1]))
	return max(uint64(counts[1]), n.floor), nil
}

// keptFrom lists the accepted transactions from nonce on, up to the next one not known. Call it with mu held.
func (n *nonces) keptFrom(nonce uint64, most int) []signed {
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

// resend gives the node transactions again that it had accepted and lost. It reports whether to go on healing.
func (n *nonces) resend(ctx context.Context, c *Client, first uint64, lost []signed) bool {
	requests := make([]Request, len(lost))
	for i, tx := range lost {
		requests[i] = tx.request()
	}
	responses := c.onceBatch(ctx, requests)
	for _, response := range responses {
		if response.Err == nil {
			observerOf(ctx).Healed()
		}
	}
	switch err := responses[0].Err; {
	case err == nil:
		return true
	case err.Kind == fault.Nonce: // the node has it after all, or its count was of a moment ago
		return false
	case err.Retryable || err.Kind == fault.Funds:
		return false
	}
	n.mu.Lock() // the node will never take it: what waits behind it goes first
	delete(n.kept, first)
	n.insertFree(first)
	n.mu.Unlock()
	return true
}

// take reserves a nonce for healing. Call it with mu held.
func (n *nonces) take(nonce uint64) {
	other := func(known uint64) bool { return known == nonce }
	n.free = slices.DeleteFunc(n.free, other)
	n.suspects = slices.DeleteFunc(n.suspects, other)
	n.flying[nonce] = struct{}{}
	n.next = max(n.next, nonce+1)
}

// plug fills a gap with a transfer of nothing to the account itself. It reports whether to go on healing.
func (n *nonces) plug(ctx context.Context, c *Client, nonce uint64) bool {
	self := n.key.address
	n.mu.Lock()
	plug := &job{tx: &Tx{From: n.signer, To: &self}, manager: n, gas: transferGas, nonce: nonce, numbered: true, renewals: maxRenewals, plug: true}
	n.mu.Unlock()
	var err *fault.Error
	if plug.fees, err = c.fill(ctx, Fees{}); err != nil {
		n.giveBack(nonce)
		return false
	}
	c.signJob(ctx, n.key.chain, plug)
	c.submit(ctx, n.key.chain, []*job{plug})
	if plug.sent.Err == nil {
		observerOf(ctx).Healed()
		return true
	}
	return plug.sent.Err.Kind == fault.Nonce
}

// resolve finds out what became of a transaction in doubt, and frees its nonce if the node does not have it.
func (n *nonces) resolve(ctx context.Context, c *Client, nonce uint64, tx signed) {
	defer func() { _ = recover() }() // the nonce stays taken
	pause := healDelay
	for began := time.Now(); time.Since(began) < doubtFor; {
		sleep(ctx, pause)
		pause = min(2*pause, healPause)
		known, err := c.known(ctx, tx, looks)
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
	n.care(ctx, c)
}
