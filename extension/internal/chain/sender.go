package chain

import (
	"context"
	"slices"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

// job is one transaction on its way to the node.
type job struct {
	tx      *Tx
	manager *nonces
	fees    Fees
	gas     uint64
	nonce   uint64
	// numbered: it holds a nonce; signed is the transaction with that nonce.
	numbered bool
	signed   signed
	// lost: the node may have taken signed although it did not say so.
	lost bool
	// renewals counts how often it got another nonce or fee.
	renewals int
	// plug: it only fills a gap, and is nobody's transaction.
	plug bool
	done bool
	sent Sent
}

func (j *job) managed() bool { return j.tx.Nonce == nil }

// settle ends a job and tells the observer.
func (j *job) settle(ctx context.Context, event TxEvent, sent Sent) {
	j.done, j.sent = true, sent
	if !j.plug {
		observerOf(ctx).Transaction(event)
	}
}

// Send signs and submits txs, in one JSON-RPC batch where there are several. Results come in order, each with its own outcome; the same
// account's transactions get consecutive nonces in order.
//
// The submission outlives ctx: when ctx ends, Send returns errors with fault.Ended while the transactions go on their way, so that
// every nonce ends up used or given back.
func (c *Client) Send(ctx context.Context, txs []Tx) []Sent {
	jobs := make([]*job, len(txs))
	for i := range txs {
		jobs[i] = &job{tx: &txs[i]}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		alone := context.WithoutCancel(ctx)
		defer c.rescue(alone, jobs)
		c.deliver(alone, jobs)
	}()
	results := make([]Sent, len(txs))
	select {
	case <-done:
		for i, job := range jobs {
			results[i] = job.sent
		}
	case <-ctx.Done():
		for i := range results {
			results[i] = Sent{Err: fault.OfEnded(ctx)}
		}
	}
	return results
}

// rescue turns a panic into errors; what became of nonces under way is left to healing.
func (c *Client) rescue(ctx context.Context, jobs []*job) {
	r := recover()
	if r == nil {
		return
	}
	for _, job := range jobs {
		if job.done {
			continue
		}
		if job.numbered && job.managed() {
			job.manager.abandon(job.nonce)
			job.manager.care(ctx, c)
		}
		job.done, job.sent = true, Sent{Err: fault.OfPanic(r)}
	}
}

// deliver takes jobs from preparation to a settled outcome.
func (c *Client) deliver(ctx context.Context, jobs []*job) {
	chain, err := c.prepare(ctx, jobs)
	if err != nil {
		for _, job := range jobs {
			c.reject(ctx, job, err)
		}
		return
	}
	c.submit(ctx, chain, jobs)
	seen := map[*nonces]bool{}
	for _, job := range jobs {
		if job.manager != nil && !seen[job.manager] {
			seen[job.manager] = true
			job.manager.care(ctx, c)
		}
	}
}

// prepare decides fees and gas. It gives the chain's id.
func (c *Client) prepare(ctx context.Context, jobs []*job) (uint64, *fault.Error) {
	if err := c.ready(ctx); err != nil {
		return 0, err
	}
	chain, err := c.chain(ctx)
	if err != nil {
		return 0, err
	}
	var estimates []Request
	var estimated []*job
	for _, job := range jobs {
		job.manager = c.registry.nonces(chain, job.tx.From.Address)
		if job.fees, err = c.fill(ctx, job.tx.Fees); err != nil {
			return 0, err
		}
		switch {
		case job.tx.Gas > 0:
			job.gas = job.tx.Gas
		case len(job.tx.Data) == 0 && job.tx.To != nil:
			job.gas = transferGas
		default:
			estimated = append(estimated, job)
			estimates = append(estimates, NewRequest("eth_estimateGas", job.tx.estimateArgs()))
		}
	}
	for i, response := range c.Batch(ctx, estimates) {
		var gas quantity
		if response.Err == nil {
			response.Err = c.into(&gas, "eth_estimateGas", response.Result)
		}
		if response.Err != nil {
			estimated[i].settle(ctx, TxRejected, Sent{Err: response.Err})
			continue
		}
		estimated[i].gas = margin(uint64(gas))
	}
	return chain, nil
}

// number gives nonces to open jobs that have none, account by account, and signs them.
func (c *Client) number(ctx context.Context, chain uint64, jobs []*job) {
	waiting := map[*nonces][]*job{}
	var order []*nonces
	var fresh []*job
	for _, job := range jobs {
		if job.done || job.numbered {
			continue
		}
		fresh = append(fresh, job)
		if !job.managed() {
			job.nonce, job.numbered = *job.tx.Nonce, true
			job.manager.pin(job.nonce)
			continue
		}
		if waiting[job.manager] == nil {
			order = append(order, job.manager)
		}
		waiting[job.manager] = append(waiting[job.manager], job)
	}
	for _, manager := range order {
		unnumbered := waiting[manager]
		given, err := manager.reserve(ctx, c, unnumbered[0].tx.From, len(unnumbered))
		for i, job := range unnumbered {
			if err != nil {
				job.settle(ctx, TxRejected, Sent{Err: err})
				continue
			}
			job.nonce, job.numbered = given[i], true
		}
	}
	each(len(fresh), signers(), func(i int) { c.signJob(ctx, chain, fresh[i]) })
}

// signJob signs a job for the nonce it holds.
func (c *Client) signJob(ctx context.Context, chain uint64, job *job) {
	if job.done {
		return
	}
	var err *fault.Error
	job.lost = false
	if job.signed, err = job.tx.sign(chain, job.nonce, job.gas, job.fees); err != nil {
		c.reject(ctx, job, err)
		return
	}
	c.endpoint.follow.expect(job.signed.hash, job.manager, job.nonce)
}

// accept settles a job whose transaction the node has.
func (c *Client) accept(ctx context.Context, job *job) {
	if job.managed() {
		job.manager.accepted(job.nonce, job.signed)
	}
	c.endpoint.follow.accepted(job.signed.hash)
	job.settle(ctx, TxSent, Sent{Hash: job.signed.hash})
}

// reject settles a job whose transaction the node certainly does not have, and frees its nonce.
func (c *Client) reject(ctx context.Context, job *job, err *fault.Error) {
	if job.done {
		return
	}
	if job.numbered {
		err = about(err, job.signed.hash.Hex())
		if job.managed() && (err.Reason == ReasonNonceTooLow || err.Reason == ReasonReplacementPrice) {
			_ = c.disown(ctx, job, err) // without an answer the nonce is given back: the next send finds out
		} else {
			c.release(job, err.Kind != fault.Nonce)
		}
	}
	job.settle(ctx, TxRejected, Sent{Err: fail(ctx, "eth_sendRawTransaction", err)})
}

// release ends a job's hold on its nonce. unused: the nonce itself was not what the node objected to.
func (c *Client) release(job *job, unused bool) {
	job.numbered = false
	c.endpoint.follow.forget(job.signed.hash)
	if job.managed() {
		job.manager.giveBack(job.nonce)
		return
	}
	job.manager.unpin(job.nonce, unused)
}

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
