package pool

import (
	"context"
	"time"
)

// demander is one call of Demand in the queue. given receives one batch; nil says that there is nothing more to fund.
type demander struct {
	most  int
	given chan []int
}

// Demand reserves up to most indices (1 at least) for a worker to fund, as soon as the pool is short enough for a batch
// that is worth a transaction, see worthwhileLocked. It gives nil once all planned wallets are reserved, the pool is
// closed, or deadline (zero: none) has passed. What is neither offered nor given back when ctx ends goes back by
// itself.
func (p *Pool) Demand(ctx context.Context, most int, deadline time.Time) ([]int, error) {
	waiting := &demander{most: most, given: make(chan []int, 1)}
	var late <-chan time.Time
	if !deadline.IsZero() {
		left := time.Until(deadline)
		if left <= 0 {
			return nil, nil
		}
		timer := time.NewTimer(left)
		defer timer.Stop()
		late = timer.C
	}

	p.mu.Lock()
	element := p.demanders.PushBack(waiting)
	p.serveLocked()
	p.mu.Unlock()

	select {
	case indices := <-waiting.given:
		return p.watch(ctx, waiting, indices), nil
	case <-late:
	case <-ctx.Done():
	}

	p.mu.Lock()
	select {
	case indices := <-waiting.given: // given in the same moment: not to be lost
		p.mu.Unlock()
		return p.watch(ctx, waiting, indices), nil
	default:
	}
	defer p.mu.Unlock()
	p.demanders.Remove(element)
	if ctx.Err() != nil {
		return nil, iterationEnded(ctx)
	}
	return nil, nil
}

// watch returns what is left of a batch to the pool when the worker's iteration ends.
func (p *Pool) watch(ctx context.Context, by *demander, indices []int) []int {
	if len(indices) == 0 {
		return nil
	}
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, index := range indices {
			if p.reserved[index] == by {
				delete(p.reserved, index)
				p.free.PushBack(index)
			}
		}
		p.serveLocked()
	})
	return indices
}

// satisfyLocked serves a demander if it is time to.
func (p *Pool) satisfyLocked(d *demander) bool {
	remaining := p.remainingLocked()
	if p.closed || remaining == 0 {
		d.given <- nil
		return true
	}
	short := p.shortLocked()
	if !p.worthwhileLocked(d, short, remaining) {
		return false
	}
	indices := make([]int, 0, d.most)
	for range min(d.most, short, remaining) {
		index := p.drawLocked()
		p.reserved[index] = d
		indices = append(indices, index)
	}
	d.given <- indices
	return true
}

// shortLocked is how many wallets are missing: the pool is to hold size, beyond what takers are waiting for already.
func (p *Pool) shortLocked() int {
	return p.options.Size + p.takers.Len() - p.waiting.Len() - len(p.reserved)
}

// worthwhileLocked decides when to fund. Users take wallets one by one; answering each would make a transaction a
// wallet. So a demander waits until a full batch is missing, or half the pool where batches are larger than that (the
// other half covers the time that funding takes), or all that remains. When a user waits for whom no wallet is being
// funded, there is nothing to wait for.
func (p *Pool) worthwhileLocked(d *demander, short, remaining int) bool {
	if short < 1 {
		return false
	}
	enough := min(d.most, remaining, max(1, (p.options.Size+1)/2))
	return short >= enough || p.takers.Len() > len(p.reserved)
}

// remainingLocked is how many wallets may still be reserved.
func (p *Pool) remainingLocked() int {
	return p.free.Len() + p.options.Planned - p.fresh
}

// drawLocked gives the next free index: those given back first.
func (p *Pool) drawLocked() int {
	if front := p.free.Front(); front != nil {
		index, _ := p.free.Remove(front).(int)
		return index
	}
	index := p.index(p.fresh)
	p.fresh++
	return index
}
