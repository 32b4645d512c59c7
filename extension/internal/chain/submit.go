package chain

import (
	"context"
	"slices"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

const (
	// How often a transaction may be given another nonce or fee because of what the node said about the last one.
	maxRenewals = 12
	// How often and how far apart the node is asked for a transaction whose answer was lost before it counts as unknown:
	// a backend behind a load balancer, or a request still in a stopped node's queue, may be late.
	looks   = 4
	lookGap = 200 * time.Millisecond
)

// verdict is what an answer to a submission means for its job.
type verdict int

const (
	settled verdict = iota // accepted or rejected
	again                  // submit the same bytes again after a pause: harmless, since they are the same transaction
	renew                  // submit at once with another nonce or fee
	later                  // submit with a nonce given out after a pause
)

// submit numbers, signs and submits jobs until each is settled.
func (c *Client) submit(ctx context.Context, chain uint64, jobs []*job) {
	retry := c.retries()
	for {
		c.number(ctx, chain, jobs)
		open := slices.DeleteFunc(slices.Clone(jobs), func(job *job) bool { return job.done })
		if len(open) == 0 {
			return
		}
		var waiting []*job
		var worst *fault.Error
		for i, response := range c.submitOnce(ctx, open) {
			switch c.judge(ctx, chain, open[i], response.Err) {
			case again, later:
				waiting = append(waiting, open[i])
				if worst == nil || response.Err.RetryAfter > worst.RetryAfter {
					worst = response.Err
				}
			case settled, renew:
			}
		}
		if len(waiting) == 0 {
			continue
		}
		pausing := *worst
		pausing.Retryable = true // also where only a later nonce helps
		if !retry.again(ctx, "eth_sendRawTransaction", &pausing) {
			c.conclude(ctx, waiting, retry.exhausted(worst))
		}
	}
}

// submitOnce submits jobs in order, batchSize at a time.
func (c *Client) submitOnce(ctx context.Context, jobs []*job) []Response {
	responses := make([]Response, 0, len(jobs))
	for chunk := range slices.Chunk(jobs, c.options.BatchSize) {
		requests := make([]Request, len(chunk))
		for i, job := range chunk {
			requests[i] = job.signed.request()
		}
		responses = append(responses, c.onceBatch(ctx, requests)...)
	}
	return responses
}

// judge settles job by what the node said about it, or says how to go on.
func (c *Client) judge(ctx context.Context, chain uint64, job *job, err *fault.Error) verdict {
	if err == nil || err.Reason == ReasonAlreadyKnown {
		c.accept(ctx, job)
		return settled
	}
	if err.Retryable && err.Reason != ReasonUnderpriced {
		job.lost = job.lost || !err.Unsent
		return again
	}
	tooLow := err.Reason == ReasonNonceTooLow
	if job.lost || tooLow { // the refusal may be of a second copy (ours, or one a gateway made): the first may be in the pool or mined
		count := 1
		if job.lost {
			count = looks
		}
		known, failed := c.known(ctx, job.signed, count)
		if failed != nil {
			job.lost = true
			return again
		}
		if known {
			c.accept(ctx, job)
			return settled
		}
	}
	if job.renewals++; job.renewals <= maxRenewals {
		switch {
		case err.Reason == ReasonUnderpriced && !job.tx.Fees.given() && job.renewals <= 3:
			return c.refee(ctx, chain, job)
		case !job.managed():
		case tooLow || err.Reason == ReasonReplacementPrice:
			if c.disown(ctx, job, err) != nil || job.renewals > 3 {
				return later
			}
			return renew
		case err.Reason == ReasonNonceTooHigh:
			c.release(job, true)
			job.manager.alarm()
			job.manager.care(ctx, c)
			return later
		}
	}
	c.reject(ctx, job, err)
	return settled
}

// disown leaves job's nonce to whoever has it.
func (c *Client) disown(ctx context.Context, job *job, err *fault.Error) *fault.Error {
	job.numbered = false
	c.endpoint.follow.forget(job.signed.hash)
	return job.manager.foreign(ctx, c, job.nonce, err.Reason == ReasonReplacementPrice)
}

// refee signs job again for the same nonce with fees of the newest head.
func (c *Client) refee(ctx context.Context, chain uint64, job *job) verdict {
	c.stale()
	fees, err := c.fill(ctx, job.tx.Fees)
	if err != nil {
		c.reject(ctx, job, err)
		return settled
	}
	job.fees = fees
	c.endpoint.follow.forget(job.signed.hash)
	c.signJob(ctx, chain, job)
	return renew
}

// conclude settles jobs when time is up: a transaction whose answer was lost is looked up before its nonce goes to anyone else.
func (c *Client) conclude(ctx context.Context, jobs []*job, err *fault.Error) {
	for _, job := range jobs {
		if job.done {
			continue
		}
		if !job.numbered || !job.lost {
			c.reject(ctx, job, err)
			continue
		}
		known, failed := c.known(ctx, job.signed, looks)
		switch {
		case failed != nil:
			c.doubt(ctx, job, err)
		case known:
			c.accept(ctx, job)
		default:
			c.reject(ctx, job, err)
		}
	}
}

// known asks the node, count times if need be, whether it has a transaction. An error means that it answered none of them.
func (c *Client) known(ctx context.Context, tx signed, count int) (bool, *fault.Error) {
	var failed *fault.Error
	answered := false
	for began := time.Now(); count > 0 && time.Since(began) <= c.options.Timeout; count-- {
		result, err := c.once(ctx, tx.lookup())
		switch {
		case notFound(err):
			answered = true
		case err != nil:
			failed = err
		case string(result) != "null":
			return true, nil
		default:
			answered = true
		}
		if count > 1 && !sleep(ctx, lookGap) {
			break
		}
	}
	if answered {
		return false, nil
	}
	return false, failed
}

// doubt settles a job of which nobody knows whether the node has it. Its nonce stays taken until the node can be asked.
func (c *Client) doubt(ctx context.Context, job *job, err *fault.Error) {
	copied := *about(err, job.signed.hash.Hex())
	copied.Reason, copied.Retryable = ReasonInDoubt, false
	copied.Message += "; the transaction may still be included"
	job.settle(ctx, TxTimedOut, Sent{Err: fail(ctx, "eth_sendRawTransaction", &copied)})
	if !job.managed() {
		return // the caller's own nonce stays pinned
	}
	go job.manager.resolve(ctx, c, job.nonce, job.signed)
}
