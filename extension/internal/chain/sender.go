package chain

import (
	"context"
	"runtime"
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
	// filler: it only fills a gap, and is nobody's transaction.
	filler bool
	done   bool
	sent   Sent
}

func (j *job) managed() bool { return j.tx.Nonce == nil }

// settle ends a job and tells the observer.
func (j *job) settle(ctx context.Context, event TxEvent, sent Sent) {
	j.done, j.sent = true, sent
	if !j.filler {
		observerOf(ctx).Transaction(event)
	}
}

// Send signs and submits txs, in one JSON-RPC batch where there are several. Results come in order, each with its own
// outcome; the same account's transactions get consecutive nonces in order.
//
// The submission outlives ctx: when ctx ends, Send returns errors with fault.Ended while the transactions go on their
// way, so that every nonce ends up used or given back.
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

// rescue turns a panic into errors; what became of nonces under way is left to the filling of gaps.
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
			job.manager.scheduleFill(ctx, c)
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
			job.manager.scheduleFill(ctx, c)
		}
	}
}

// prepare decides fees and gas. It gives the chain's id.
func (c *Client) prepare(ctx context.Context, jobs []*job) (uint64, error) {
	if err := c.ready(ctx); err != nil {
		return 0, err
	}
	chain, err := c.ChainID(ctx)
	if err != nil {
		return 0, err
	}
	var estimates []Request
	var estimated []*job
	for _, job := range jobs {
		job.manager = c.registry.nonces(chain, job.tx.From.Address)
		if job.fees, err = c.completeFees(ctx, job.tx.Fees); err != nil {
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
		estimated[i].gas = withMargin(uint64(gas))
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
	forEach(len(fresh), runtime.GOMAXPROCS(0), func(i int) { c.signJob(ctx, chain, fresh[i]) })
}

// signJob signs a job for the nonce it holds.
func (c *Client) signJob(ctx context.Context, chain uint64, job *job) {
	if job.done {
		return
	}
	var err error
	job.lost = false
	if job.signed, err = job.tx.sign(chain, job.nonce, job.gas, job.fees); err != nil {
		c.reject(ctx, job, err)
		return
	}
	c.endpoint.follower.track(job.signed.hash, job.manager, job.nonce)
}

// accept settles a job whose transaction the node has.
func (c *Client) accept(ctx context.Context, job *job) {
	if job.managed() {
		job.manager.accepted(job.nonce, job.signed)
	}
	c.endpoint.follower.accepted(job.signed.hash)
	job.settle(ctx, TxSent, Sent{Hash: job.signed.hash})
}

// reject settles a job whose transaction the node certainly does not have, and frees its nonce.
func (c *Client) reject(ctx context.Context, job *job, err error) {
	if job.done {
		return
	}
	if job.numbered {
		failed := withTxHash(err, job.signed.hash.Hex())
		if job.managed() && (failed.Reason == ReasonNonceTooLow || failed.Reason == ReasonReplacementPrice) {
			_ = c.yieldNonce(ctx, job, failed) // without an answer the nonce is given back: the next send finds out
		} else {
			c.release(job, failed.Kind != fault.Nonce)
		}
		err = failed
	}
	job.settle(ctx, TxRejected, Sent{Err: reportFailure(ctx, "eth_sendRawTransaction", err)})
}

// release ends a job's hold on its nonce. unused: the nonce itself was not what the node objected to.
func (c *Client) release(job *job, unused bool) {
	job.numbered = false
	c.endpoint.follower.forget(job.signed.hash)
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
	lookups     = 4
	lookupPause = 200 * time.Millisecond
)

// verdict is what an answer to a submission means for its job.
type verdict int

const (
	jobSettled    verdict = iota // accepted or rejected
	submitAgain                  // submit the same bytes after a pause: harmless, it is the same transaction
	submitRenewed                // submit at once with another nonce or fee
	submitLater                  // submit with a nonce given out after a pause
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
			case submitAgain, submitLater:
				waiting = append(waiting, open[i])
				if failed := fault.From(response.Err); worst == nil || failed.RetryAfter > worst.RetryAfter {
					worst = failed
				}
			case jobSettled, submitRenewed:
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
func (c *Client) judge(ctx context.Context, chain uint64, job *job, answer error) verdict {
	err := fault.From(answer)
	if err == nil || err.Reason == ReasonAlreadyKnown {
		c.accept(ctx, job)
		return jobSettled
	}
	if err.Retryable && err.Reason != ReasonUnderpriced {
		job.lost = job.lost || !err.Unsent
		return submitAgain
	}
	tooLow := err.Reason == ReasonNonceTooLow
	if job.lost ||
		tooLow { // the refusal may be of a second copy (ours, or one a gateway made): the first may be in the pool or mined
		count := 1
		if job.lost {
			count = lookups
		}
		known, failed := c.known(ctx, job.signed, count)
		if failed != nil {
			job.lost = true
			return submitAgain
		}
		if known {
			c.accept(ctx, job)
			return jobSettled
		}
	}
	if job.renewals++; job.renewals <= maxRenewals {
		switch {
		case err.Reason == ReasonUnderpriced && !job.tx.Fees.given() && job.renewals <= 3:
			return c.signWithNewFees(ctx, chain, job)
		case !job.managed():
		case tooLow || err.Reason == ReasonReplacementPrice:
			if c.yieldNonce(ctx, job, err) != nil || job.renewals > 3 {
				return submitLater
			}
			return submitRenewed
		case err.Reason == ReasonNonceTooHigh:
			c.release(job, true)
			job.manager.suspectGap()
			job.manager.scheduleFill(ctx, c)
			return submitLater
		}
	}
	c.reject(ctx, job, err)
	return jobSettled
}

// yieldNonce leaves job's nonce to whoever has it.
func (c *Client) yieldNonce(ctx context.Context, job *job, err *fault.Error) error {
	job.numbered = false
	c.endpoint.follower.forget(job.signed.hash)
	return job.manager.takenByOther(ctx, c, job.nonce, err.Reason == ReasonReplacementPrice)
}

// signWithNewFees signs job again for the same nonce with fees of the newest head.
func (c *Client) signWithNewFees(ctx context.Context, chain uint64, job *job) verdict {
	c.forgetFees()
	fees, err := c.completeFees(ctx, job.tx.Fees)
	if err != nil {
		c.reject(ctx, job, err)
		return jobSettled
	}
	job.fees = fees
	c.endpoint.follower.forget(job.signed.hash)
	c.signJob(ctx, chain, job)
	return submitRenewed
}

// conclude settles jobs when time is up: a transaction whose answer was lost is looked up before its nonce goes to
// anyone else.
func (c *Client) conclude(ctx context.Context, jobs []*job, err error) {
	for _, job := range jobs {
		if job.done {
			continue
		}
		if !job.numbered || !job.lost {
			c.reject(ctx, job, err)
			continue
		}
		known, failed := c.known(ctx, job.signed, lookups)
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

// known asks the node, count times if need be, whether it has a transaction. An error means that it answered none of
// them.
func (c *Client) known(ctx context.Context, tx signed, count int) (bool, error) {
	var failed error
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
		if count > 1 && !sleepFor(ctx, lookupPause) {
			break
		}
	}
	if answered {
		return false, nil
	}
	return false, failed
}

// doubt settles a job of which nobody knows whether the node has it. Its nonce stays taken until the node can be asked.
func (c *Client) doubt(ctx context.Context, job *job, err error) {
	copied := *withTxHash(err, job.signed.hash.Hex())
	copied.Reason, copied.Retryable = ReasonInDoubt, false
	copied.Message += "; the transaction may still be included"
	job.settle(ctx, TxTimedOut, Sent{Err: reportFailure(ctx, "eth_sendRawTransaction", &copied)})
	if !job.managed() {
		return // the caller's own nonce stays pinned
	}
	go job.manager.resolveDoubt(ctx, c, job.nonce, job.signed)
}
