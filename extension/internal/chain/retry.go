package chain

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	firstPause = 50 * time.Millisecond
	longPause  = 2 * time.Second
)

// retries is the budget of one call: pauses double from 50 ms to 2 s, each shortened at random by up to a half so that callers that
// failed together do not come back together.
type retries struct {
	until time.Time
	pause time.Duration
	tries int
	began time.Time
}

func (c *Client) retries() *retries {
	now := time.Now()
	return &retries{began: now, until: now.Add(c.options.RetryFor), pause: firstPause}
}

// again waits and reports whether to try once more after err.
func (r *retries) again(ctx context.Context, method string, err *fault.Error) bool {
	r.tries++
	if !err.Retryable {
		return false
	}
	wait := r.pause/2 + rand.N(r.pause/2+1) //nolint:gosec // jitter
	r.pause = min(2*r.pause, longPause)
	wait = max(wait, err.RetryAfter)
	if time.Now().Add(wait).After(r.until) {
		return false
	}
	observerOf(ctx).Retry(method, err.Kind)
	return sleep(ctx, wait)
}

// exhausted adds to err how long it was tried, if it was.
func (r *retries) exhausted(err *fault.Error) *fault.Error {
	if r.tries < 2 {
		return err
	}
	copied := *err
	copied.Message += fmt.Sprintf(" (gave up after %d tries in %s)", r.tries, time.Since(r.began).Round(100*time.Millisecond))
	return &copied
}

// sleep waits; false if ctx ended first.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// idempotent tells whether a call may be made again when it is not known whether the node has processed it.
func idempotent(method string) bool {
	switch method {
	case "eth_call", "eth_chainId", "eth_blockNumber", "eth_gasPrice", "eth_maxPriorityFeePerGas", "eth_feeHistory", "eth_estimateGas",
		"eth_syncing", "eth_accounts", "eth_createAccessList", "eth_simulateV1":
		return true
	}
	for _, prefix := range []string{"eth_get", "net_", "web3_", "debug_trace", "trace_", "txpool_", "anvil_set"} {
		if strings.HasPrefix(method, prefix) && !strings.HasSuffix(method, "Changes") { // eth_getFilterChanges hands out each change once
			return true
		}
	}
	return false
}
