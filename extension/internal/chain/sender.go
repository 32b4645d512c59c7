package chain

import (
	"context"

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
