package chain

import (
	"bytes"
	"context"
	"sync"

	"github.com/onrush/onrush/extension/internal/fault"
)

// batchParallelism bounds how many requests of one caller's large batch are under way at once.
const batchParallelism = 4

// Batch makes many calls in as few HTTP requests as batchSize allows. Each has its own outcome, in order; calls that
// failed in a way that may pass are made again.
func (c *Client) Batch(ctx context.Context, requests []Request) []Response {
	responses := make([]Response, len(requests))
	chunks := (len(requests) + c.options.BatchSize - 1) / c.options.BatchSize
	forEach(chunks, batchParallelism, func(i int) {
		from, to := i*c.options.BatchSize, min((i+1)*c.options.BatchSize, len(requests))
		c.chunk(ctx, requests[from:to], responses[from:to])
	})
	return responses
}

// chunk fills responses, making those calls again that may succeed then.
func (c *Client) chunk(ctx context.Context, requests []Request, responses []Response) {
	retry := c.retries()
	open := make([]int, len(requests))
	for i := range open {
		open[i] = i
	}
	for {
		subset := make([]Request, len(open))
		for i, at := range open {
			subset[i] = requests[at]
		}
		var again []int
		var worst *fault.Error
		for i, response := range c.onceBatch(ctx, subset) {
			at := open[i]
			responses[at] = response
			if err := fault.From(
				response.Err,
			); err != nil && err.Retryable &&
				(err.Unsent || isIdempotent(requests[at].Method)) {
				again = append(again, at)
				if worst == nil || err.RetryAfter > worst.RetryAfter {
					worst = err
				}
			}
		}
		open = again
		if len(open) == 0 || !retry.again(ctx, batchName(subset), worst) {
			break
		}
	}
	for i, response := range responses {
		if response.Err != nil {
			responses[i].Err = reportFailure(ctx, requests[i].Method, retry.exhausted(response.Err))
		}
	}
}

// onceBatch makes one HTTP request for all calls; no retries.
func (c *Client) onceBatch(ctx context.Context, requests []Request) []Response {
	if len(requests) == 1 || c.endpoint.single.Load() {
		return c.onceEach(ctx, requests)
	}
	size := 2
	for _, request := range requests {
		size += len(request.Params) + 96
	}
	first := c.endpoint.ids.Add(uint64(len(requests))) - uint64(len(requests)) + 1
	body := append(make([]byte, 0, size), '[')
	for i, request := range requests {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendRequest(body, first+uint64(i), request)
	}
	answer, err := c.exchange(ctx, batchName(requests), append(body, ']'))
	if err != nil {
		return allFailed(len(requests), err)
	}
	if start := bytes.TrimSpace(answer.body); len(start) > 0 && start[0] == '{' {
		return c.notABatch(ctx, requests, answer)
	}
	var wire []wireResponse
	if err := c.decode(answer, &wire); err != nil {
		return allFailed(len(requests), err)
	}
	if len(wire) == 0 {
		if err := c.endpoint.transport.status(answer); err != nil {
			return allFailed(len(requests), err)
		}
	}
	return c.match(wire, first, len(requests), answer)
}

// match puts answers, which come in any order, to their questions.
func (c *Client) match(wire []wireResponse, first uint64, count int, answer *httpAnswer) []Response {
	responses := allFailed(count, c.endpoint.transport.oddAnswer("left a call of a batch unanswered"))
	for i := range wire {
		id, ok := wire[i].id()
		if !ok || id < first || id >= first+uint64(count) {
			continue
		}
		response := &responses[id-first]
		switch failed := wire[i].err(); {
		case failed != nil:
			*response = Response{Err: c.refused(failed, answer)}
		case wire[i].Result != nil:
			*response = Response{Result: wire[i].Result}
		}
	}
	return responses
}

// notABatch handles one object where a list was asked for: an error for all, or a node that knows no batches.
func (c *Client) notABatch(ctx context.Context, requests []Request, answer *httpAnswer) []Response {
	var whole wireResponse
	if err := c.decode(answer, &whole); err != nil {
		return allFailed(len(requests), err)
	}
	failed := whole.err()
	if failed == nil {
		failed = fault.Newf(fault.Protocol, "%s answered a batch with a single object", c.endpoint.transport.name)
	}
	if failed = c.refused(failed, answer); fault.From(failed).Retryable {
		return allFailed(len(requests), failed)
	}
	c.endpoint.single.Store(true)
	return c.onceEach(ctx, requests)
}

func (c *Client) onceEach(ctx context.Context, requests []Request) []Response {
	responses := make([]Response, len(requests))
	forEach(len(requests), 4*batchParallelism, func(i int) {
		responses[i].Result, responses[i].Err = c.once(ctx, requests[i])
	})
	return responses
}

func allFailed(count int, err error) []Response {
	responses := make([]Response, count)
	for i := range responses {
		responses[i].Err = err
	}
	return responses
}

// batchName is the method that metrics give to a request for all of these.
func batchName(requests []Request) string {
	name := requests[0].Method
	for _, request := range requests[1:] {
		if request.Method != name {
			return "batch"
		}
	}
	if len(requests) == 1 {
		return name
	}
	return name + "_batch"
}

// forEach calls do(0) ... do(count-1), at most limit at once, and returns when all have returned. A panic in one is
// raised here.
func forEach(count, limit int, do func(int)) {
	if count == 1 {
		do(0)
		return
	}
	var group sync.WaitGroup
	var once sync.Once
	var trouble any
	next := make(chan int)
	for range min(count, limit) {
		group.Go(func() {
			for i := range next {
				func() {
					defer func() {
						if r := recover(); r != nil {
							once.Do(func() { trouble = r })
						}
					}()
					do(i)
				}()
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	group.Wait()
	if trouble != nil {
		panic(trouble)
	}
}
