// Package pool is the pool of funded wallets behind WalletPool. It knows wallets by their index only: keys, funding and
// JavaScript are elsewhere.
//
// An index is free (never reserved, or given back), reserved (a worker is funding it), waiting (funded) or taken (a
// user has it). Whatever an iteration reserved or was about to take goes back when the iteration is cut off, so none is
// ever lost, and none is handed out twice.
package pool

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/onrush/onrush/extension/internal/fault"
)

// Options of a pool.
type Options struct {
	// Instance r of Instances N gives out k = r, r + N, r + 2N...
	Instance, Instances int
	// Planned is how many wallets are reserved at most.
	Planned int
	// Size is how many are kept waiting or reserved.
	Size int
}

// Check says what is wrong with options.
func (o Options) Check() error {
	switch {
	case o.Instances < 1:
		return errors.New("options.instances: want at least 1")
	case o.Instance < 0 || o.Instance >= o.Instances:
		return fmt.Errorf("options.instance: want 0 to %d", o.Instances-1)
	case o.Planned < 0:
		return errors.New("options.planned: want 0 or more")
	case o.Size < 1:
		return errors.New("options.size: want at least 1")
	}
	return nil
}

// Stats is a pool's state.
type Stats struct {
	Waiting  int // funded, in the pool
	Reserved int // being funded
	Taken    int // by users
	Offered  int // so far, in all
	Highest  int // index reserved so far; -1 before the first
	Takers   int // waiting for a wallet
}

// Pool hands out wallets. Safe for concurrent use.
type Pool struct {
	options Options

	mu        sync.Mutex
	fresh     int               // how many indices were ever drawn: the next is Instance + fresh*Instances
	free      list.List         // of int: given back unfunded
	waiting   list.List         // of int: funded, the one that has waited longest in front
	reserved  map[int]*demander // who is funding it
	taken     int
	offered   int
	takers    list.List // of *taker
	demanders list.List // of *demander
	closed    bool
}

// New makes a pool; options must be right (Check).
func New(options Options) *Pool {
	return &Pool{options: options, reserved: map[int]*demander{}}
}

// Offer puts reserved indices into the pool as funded. With an index that is not reserved it changes nothing.
func (p *Pool) Offer(indices []int) error {
	return p.settle(indices, func(index int) {
		p.waiting.PushBack(index)
		p.offered++
	})
}

// GiveBack returns reserved indices unfunded. With an index that is not reserved it changes nothing.
func (p *Pool) GiveBack(indices []int) error {
	return p.settle(indices, func(index int) { p.free.PushBack(index) })
}

func (p *Pool) settle(indices []int, put func(index int)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := make(map[int]bool, len(indices))
	for _, index := range indices {
		if p.reserved[index] == nil || seen[index] {
			return fmt.Errorf("wallet %d is not reserved: only what demand gave can be offered or given back, once", index)
		}
		seen[index] = true
	}
	for _, index := range indices {
		delete(p.reserved, index)
		put(index)
	}
	p.serveLocked()
	return nil
}

// Close says that no more wallets will be funded: demanders get nothing, takers an error. Wallets that wait can still
// be taken.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.serveLocked()
}

// Stats gives the state of this moment.
func (p *Pool) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.statsLocked()
}

func (p *Pool) statsLocked() Stats {
	highest := -1
	if p.fresh > 0 {
		highest = p.index(p.fresh - 1)
	}
	return Stats{
		Waiting:  p.waiting.Len(),
		Reserved: len(p.reserved),
		Taken:    p.taken,
		Offered:  p.offered,
		Highest:  highest,
		Takers:   p.takers.Len(),
	}
}

func (p *Pool) index(n int) int { return p.options.Instance + n*p.options.Instances }

// serveLocked gives what there is to those who wait for it. It is called after every change.
func (p *Pool) serveLocked() {
	for p.waiting.Len() > 0 && p.takers.Len() > 0 {
		next, _ := p.takers.Remove(p.takers.Front()).(*taker)
		index, _ := p.waiting.Remove(p.waiting.Front()).(int)
		p.taken++
		next.given <- index
	}
	if p.closed {
		for p.takers.Len() > 0 {
			next, _ := p.takers.Remove(p.takers.Front()).(*taker)
			close(next.given)
		}
	}
	for at := p.demanders.Front(); at != nil; {
		following := at.Next()
		if next, _ := at.Value.(*demander); p.satisfyLocked(next) {
			p.demanders.Remove(at)
		}
		at = following
	}
}

// errClosed is what takers get of a closed pool.
var errClosed = &fault.Error{Kind: fault.Funds, Message: "the wallet pool is closed and has no funded wallet left"}

// iterationEnded is the error of a call whose iteration ended. Nobody sees it: the promise has been rejected already.
func iterationEnded(ctx context.Context) error {
	return fmt.Errorf("the iteration ended: %w", context.Cause(ctx))
}
