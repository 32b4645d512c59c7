package chain

import (
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Own transactions nobody waits for that are remembered; older ones are forgotten, and a late waiter asks the node for the receipt.
const maxTracked = 1 << 16

// tracked is a transaction that the follower looks for in blocks.
type tracked struct {
	hash    common.Hash
	manager *nonces // nil: not sent by this process
	nonce   uint64
	// generation of the follower's walk that has seen every block since before this transaction could be in one. With an older one, the
	// transaction may be in a block that was not read, and its receipt is asked for.
	generation uint64
	acceptedAt time.Time // zero: not by this process, or not yet
	seenAt     time.Time // first sight of the including block
	number     uint64    // of that block
	receipt    *Receipt
	waiters    []*waiter
	counted    bool // an outcome was reported to someone
	evicted    bool // no longer in the ring: forget it with its last waiter
	lookAt     time.Time
	gone       int // looks in a row that found its nonce used and no receipt
}

func (t *tracked) own() bool { return t.manager != nil }

// timeToMine from acceptance to first sight of the block; 0 if unknown.
func (t *tracked) timeToMine() time.Duration {
	if t.acceptedAt.IsZero() || t.seenAt.IsZero() {
		return 0
	}
	return max(t.seenAt.Sub(t.acceptedAt), time.Microsecond) // a block may be seen before the node's answer arrives
}

// expect makes a transaction known that is about to be submitted.
func (f *follower) expect(hash common.Hash, manager *nonces, nonce uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.txs[hash]
	if t == nil {
		t = &tracked{hash: hash, generation: f.generation}
		f.txs[hash] = t
		f.remember(t)
	}
	t.manager, t.nonce = manager, nonce
}

// remember puts t into the ring of own transactions. Call it with mu held.
func (f *follower) remember(t *tracked) {
	if len(f.ring) < maxTracked {
		f.ring = append(f.ring, t)
		return
	}
	oldest := f.ring[f.oldest]
	f.ring[f.oldest] = t
	f.oldest = (f.oldest + 1) % maxTracked
	oldest.evicted = true
	f.tidy(oldest)
}

// tidy forgets t if nobody needs it any more. Call it with mu held.
func (f *follower) tidy(t *tracked) {
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
		f.tidy(t)
	}
}
