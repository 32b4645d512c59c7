package chain

import (
	"context"
	"sync"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

// cell holds one value that is fetched when it is missing or too old, once for all who ask at the same time.
type cell[T any] struct {
	mu     sync.Mutex
	value  T
	at     time.Time // zero: none
	flight *flight[T]
}

type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns a value not older than maxAge. The fetch outlives a caller who stops waiting, since others may wait for it too.
func (c *cell[T]) get(ctx context.Context, maxAge time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	if !c.at.IsZero() && time.Since(c.at) <= maxAge {
		defer c.mu.Unlock()
		return c.value, nil
	}
	current := c.flight
	if current == nil {
		current = &flight[T]{done: make(chan struct{})}
		c.flight = current
		go c.fly(context.WithoutCancel(ctx), current, fetch)
	}
	c.mu.Unlock()
	select {
	case <-current.done:
		return current.value, current.err
	case <-ctx.Done():
		var none T
		return none, fault.OfEnded(ctx)
	}
}

func (c *cell[T]) fly(ctx context.Context, current *flight[T], fetch func(context.Context) (T, error)) {
	defer func() {
		if r := recover(); r != nil {
			current.err = fault.OfPanic(r)
		}
		c.mu.Lock()
		c.flight = nil
		if current.err == nil {
			c.value, c.at = current.value, time.Now()
		}
		c.mu.Unlock()
		close(current.done)
	}()
	current.value, current.err = fetch(ctx)
}

// set stores a value that became known otherwise.
func (c *cell[T]) set(value T) {
	c.mu.Lock()
	c.value, c.at = value, time.Now()
	c.mu.Unlock()
}

// forget makes the next get fetch.
func (c *cell[T]) forget() {
	c.mu.Lock()
	c.at = time.Time{}
	c.mu.Unlock()
}

// peek returns the value however old; false if there is none.
func (c *cell[T]) peek() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, !c.at.IsZero()
}

// forever is the age limit of values that never change.
const forever = time.Duration(1<<63 - 1)
