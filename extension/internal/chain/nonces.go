package chain

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

const (
	// Accepted transactions kept per account to be sent again should the node lose them. Only unwaited ones ever fill it.
	maxKept = 4096
	// An account not used for this long is asked for again before use: someone else may have used it.
	idleAfter = 30 * time.Second
	// Sends that find the account unknown at the same time share one question.
	syncAge = 200 * time.Millisecond
)

type accountKey struct {
	chain   uint64
	address common.Address
}

// nonces gives out the nonces of one account on one chain, for the whole process.
//
// Each nonce below next is in exactly one place: free (given back, goes out first), flying (given out, outcome
// unknown), pinned (chosen by a caller), kept (accepted by the node, not yet known to be mined), or settled (mined, or
// used by someone else) and then forgotten; suspects are waiting to be one of these. So no nonce is given out twice
// while its first use may still be accepted, and none is lost: one that no place knows of and the node does not have
// either is a gap, which gapfill.go fills.
type nonces struct {
	key accountKey

	mu     sync.Mutex
	synced bool
	used   time.Time // last given out or settled
	next   uint64
	floor  uint64   // below it everything is mined
	top    uint64   // one above the highest accepted
	free   []uint64 // ascending
	// suspects are nonces that the node said somebody else's pending transaction holds; ascending.
	suspects []uint64
	flying   map[uint64]struct{}
	pinned   map[uint64]struct{}
	kept     map[uint64]signed

	signer  Signer         // of the last send; filling gaps signs with it
	pending cached[uint64] // single flight of the account's pending count
	gaps    gapState
}

// nonces is the one manager of address on chain.
func (r *Registry) nonces(chain uint64, address common.Address) *nonces {
	key := accountKey{chain, address}
	r.mu.Lock()
	defer r.mu.Unlock()
	manager := r.accounts[key]
	if manager == nil {
		manager = &nonces{key: key, flying: map[uint64]struct{}{}}
		r.accounts[key] = manager
	}
	return manager
}

// reserve gives out count nonces to from in ascending order, given-back ones first.
func (n *nonces) reserve(ctx context.Context, c *Client, from Signer, count int) ([]uint64, error) {
	n.mu.Lock()
	fresh := n.synced && (time.Since(n.used) < idleAfter || len(n.flying) > 0)
	n.mu.Unlock()
	if !fresh {
		if err := n.sync(ctx, c, syncAge); err != nil {
			return nil, err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	given := make([]uint64, 0, count)
	for len(given) < count {
		nonce := n.next
		if len(n.free) > 0 {
			nonce, n.free = n.free[0], n.free[1:]
		} else {
			n.next++
		}
		if _, taken := n.pinned[nonce]; taken {
			continue
		}
		n.flying[nonce] = struct{}{}
		given = append(given, nonce)
	}
	n.used, n.signer = time.Now(), from
	return given, nil
}

// sync reads the account's pending count, unless it is known since less than age. It only ever moves next up: what the
// node lacks below next is a gap to fill.
func (n *nonces) sync(ctx context.Context, c *Client, age time.Duration) error {
	count, err := n.pending.get(ctx, age, func(ctx context.Context) (uint64, error) {
		var count quantity
		err := c.callInto(ctx, &count, "eth_getTransactionCount", n.key.address, "pending")
		return uint64(count), err
	})
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.raiseLocked(count)
	n.synced = true
	if count < n.next && len(n.flying) == 0 { // idle, and the node lacks what it had accepted
		n.gaps.wanted = true
	}
	n.mu.Unlock()
	return nil
}

// raiseLocked takes into account that the node has a transaction for every nonce below count.
func (n *nonces) raiseLocked(count uint64) {
	n.next = max(n.next, count)
	n.free = atLeast(n.free, count)
	n.suspects = atLeast(n.suspects, count)
}

// accepted settles a nonce whose transaction the node has.
func (n *nonces) accepted(nonce uint64, tx signed) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.flying, nonce)
	n.top = max(n.top, nonce+1)
	n.used = time.Now()
	if nonce < n.floor {
		return
	}
	if n.kept == nil {
		n.kept = map[uint64]signed{}
	}
	n.kept[nonce] = tx
	if len(n.kept) > maxKept {
		n.dropOldestLocked()
	}
}

// dropOldestLocked forgets the older half of what is kept.
func (n *nonces) dropOldestLocked() {
	known := make([]uint64, 0, len(n.kept))
	for nonce := range n.kept {
		known = append(known, nonce)
	}
	slices.Sort(known)
	for _, nonce := range known[:len(known)/2] {
		delete(n.kept, nonce)
	}
}

// giveBack returns a nonce that the node certainly has not.
func (n *nonces) giveBack(nonce uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.flying, nonce)
	n.insertFreeLocked(nonce)
}

// insertFreeLocked puts a nonce where the next reserve finds it.
func (n *nonces) insertFreeLocked(nonce uint64) {
	if nonce < n.floor || nonce >= n.next {
		return
	}
	n.free = insertSorted(n.free, nonce)
}

// takenByOther settles a nonce that the node says another transaction has. The node is asked how far the account is: a
// nonce that turns out to be unused is given back, one said to be occupied in the pool is left out and suspected until
// the node's count has passed it.
func (n *nonces) takenByOther(ctx context.Context, c *Client, nonce uint64, occupied bool) error {
	err := n.sync(ctx, c, 0)
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.flying, nonce)
	count, _ := n.pending.peek()
	switch {
	case err == nil && count > nonce:
	case occupied:
		n.suspects = insertSorted(n.suspects, nonce)
	default:
		n.insertFreeLocked(nonce)
	}
	return err
}

// abandon leaves it to the filling of gaps to find out whether the node has a transaction for a nonce.
func (n *nonces) abandon(nonce uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.flying, nonce)
	n.suspects = insertSorted(n.suspects, nonce)
}

// mined takes into account that all nonces up to and including nonce are in blocks.
func (n *nonces) mined(nonce uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settleBelowLocked(nonce + 1)
}

// settleBelowLocked forgets nonces that are mined.
func (n *nonces) settleBelowLocked(floor uint64) {
	if floor <= n.floor {
		return
	}
	n.floor = floor
	for nonce := range n.kept {
		if nonce < floor {
			delete(n.kept, nonce)
		}
	}
	for nonce := range n.pinned {
		if nonce < floor {
			delete(n.pinned, nonce)
		}
	}
	n.raiseLocked(floor)
}

// pin takes a nonce that the caller chose out of circulation.
func (n *nonces) pin(nonce uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.pinned == nil {
		n.pinned = map[uint64]struct{}{}
	}
	n.pinned[nonce] = struct{}{}
}

// unpin ends a pin that came to nothing. unused: the node refused the transaction for another reason than its nonce, so
// that the nonce can be given out if it had been in circulation.
func (n *nonces) unpin(nonce uint64, unused bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.pinned, nonce)
	_, flies := n.flying[nonce]
	_, accepted := n.kept[nonce]
	if unused && n.synced && !flies && !accepted {
		n.insertFreeLocked(nonce)
	}
}

// atLeast is the part of an ascending list that is not below least.
func atLeast(list []uint64, least uint64) []uint64 {
	at, _ := slices.BinarySearch(list, least)
	return list[at:]
}

// insertSorted puts a nonce into an ascending list of different ones.
func insertSorted(list []uint64, nonce uint64) []uint64 {
	at, found := slices.BinarySearch(list, nonce)
	if found {
		return list
	}
	return slices.Insert(list, at, nonce)
}
