package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

// Request is one JSON-RPC call. Params is a JSON array.
type Request struct {
	Method string
	Params json.RawMessage
}

// Response is what one call of a batch came to: Result is set unless Err is.
type Response struct {
	Result json.RawMessage
	Err    error
}

// NewRequest encodes params, which must marshal to what the method takes (common.Address, hexutil types, strings, ...).
func NewRequest(method string, params ...any) Request {
	if len(params) == 0 {
		return Request{Method: method, Params: json.RawMessage("[]")}
	}
	encoded, err := json.Marshal(params)
	if err != nil { // only values of other types than documented can do this
		panic(fmt.Sprintf("parameters of %s: %v", method, err))
	}
	return Request{Method: method, Params: encoded}
}

type wireResponse struct {
	ID     json.RawMessage `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// err is the error in r, or nil.
func (r *wireResponse) err() error {
	if len(r.Error) == 0 || string(r.Error) == "null" {
		return nil
	}
	var object struct {
		Code    json.Number     `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(r.Error, &object) != nil {
		var text string // some gateways answer {"error": "text"}
		_ = json.Unmarshal(r.Error, &text)
		return classify(0, text, nil)
	}
	code, _ := strconv.Atoi(object.Code.String())
	return classify(code, object.Message, object.Data)
}

func (r *wireResponse) id() (uint64, bool) {
	id, err := strconv.ParseUint(string(r.ID), 10, 64)
	return id, err == nil
}

func appendRequest(body []byte, id uint64, request Request) []byte {
	body = append(body, `{"jsonrpc":"2.0","id":`...)
	body = strconv.AppendUint(body, id, 10)
	body = append(body, `,"method":`...)
	body = strconv.AppendQuote(body, request.Method)
	body = append(body, `,"params":`...)
	body = append(body, request.Params...)
	return append(body, '}')
}

// once makes one HTTP request for one call.
func (c *Client) once(ctx context.Context, request Request) (json.RawMessage, error) {
	id := c.endpoint.ids.Add(1)
	answer, err := c.exchange(ctx, request.Method, appendRequest(make([]byte, 0, len(request.Params)+96), id, request))
	if err != nil {
		return nil, err
	}
	var response wireResponse
	if err := c.decode(answer, &response); err != nil {
		return nil, err
	}
	failed := response.err()
	if got, ok := response.id(); (!ok || got != id) && (failed == nil || ok) { // an error may come without id
		return nil, c.endpoint.transport.oddAnswer("answered another request than %s", request.Method)
	}
	if failed != nil {
		return nil, c.refused(failed, answer)
	}
	if failed := c.endpoint.transport.status(answer); failed != nil {
		return nil, failed
	}
	if response.Result == nil {
		return nil, c.endpoint.transport.oddAnswer("answered with neither result nor error")
	}
	return response.Result, nil
}

// refused completes the error of a well-formed answer with what HTTP added to it.
func (c *Client) refused(err error, answer *httpAnswer) error {
	failed := fault.From(err)
	failed.Message = c.endpoint.transport.redacted(failed.Message)
	if failed.RetryAfter == 0 {
		failed.RetryAfter = answer.retryAfter
	}
	if outer := fault.From(
		c.endpoint.transport.status(answer),
	); outer != nil && outer.Retryable && !failed.Retryable &&
		failed.Kind == fault.Protocol {
		outer.Message += ": " + failed.Message // HTTP 503 {"error": {"message": "no backend"}}
		return outer
	}
	failed.Unsent = failed.Kind == fault.RateLimit
	return failed
}

// exchange posts body and tells the observer.
func (c *Client) exchange(ctx context.Context, method string, body []byte) (*httpAnswer, error) {
	started := time.Now()
	answer, err := c.endpoint.transport.post(ctx, body, c.options.Headers, c.options.Timeout)
	if err == nil || fault.From(err).Reason != fault.Ended {
		observerOf(ctx).Request(method, time.Since(started))
	}
	return answer, err
}

// decode reads the answer's JSON into target. Where it is none, the HTTP status or the text's beginning says why.
func (c *Client) decode(answer *httpAnswer, target any) error {
	err := json.Unmarshal(answer.body, target)
	if err == nil {
		return nil
	}
	wire := c.endpoint.transport
	if failed := wire.status(answer); failed != nil {
		return failed
	}
	if start := bytes.TrimSpace(answer.body); len(start) > 0 && start[0] != '{' && start[0] != '[' {
		return &fault.Error{Kind: fault.Protocol, Message: wire.name + " does not speak JSON-RPC: check the url", Cause: err}
	}
	return &fault.Error{
		Kind:      fault.Transport,
		Retryable: true,
		Message:   wire.name + " sent a broken answer (JSON cut short)",
		Cause:     err,
	}
}

// call makes one call and retries it while that is safe and may help. method results are raw JSON; "null" is a result.
func (c *Client) call(ctx context.Context, request Request) (json.RawMessage, error) {
	retry := c.retries()
	for {
		result, err := c.once(ctx, request)
		if err == nil {
			return result, nil
		}
		if (!fault.From(err).Unsent && !isIdempotent(request.Method)) || !retry.again(ctx, request.Method, err) {
			return nil, reportFailure(ctx, request.Method, retry.exhausted(err))
		}
	}
}

// reportFailure tells the observer that a call failed for good.
func reportFailure(ctx context.Context, method string, err error) error {
	if failed := fault.From(err); failed.Reason != fault.Ended {
		observerOf(ctx).Failed(method, failed.Kind)
	}
	return err
}

// callInto makes a call and decodes its result into target.
func (c *Client) callInto(ctx context.Context, target any, method string, params ...any) error {
	result, err := c.call(ctx, NewRequest(method, params...))
	if err != nil {
		return err
	}
	return c.into(target, method, result)
}

// maybe decodes a response into target, a pointer to a pointer, which stays nil where there is no such thing.
func (c *Client) maybe(target any, method string, response Response) error {
	if notFound(response.Err) {
		return nil
	}
	if response.Err != nil {
		return response.Err
	}
	return c.into(target, method, response.Result)
}

func (c *Client) into(target any, method string, result json.RawMessage) error {
	if err := json.Unmarshal(result, target); err != nil {
		return &fault.Error{
			Kind:    fault.Protocol,
			Message: fmt.Sprintf("%s: the result of %s is not of the expected form", c.endpoint.transport.name, method),
			Cause:   err,
		}
	}
	return nil
}

const (
	firstRetryPause   = 50 * time.Millisecond
	longestRetryPause = 2 * time.Second
)

// retries is the budget of one call: pauses double from 50 ms to 2 s, each shortened at random by up to a half so that
// callers that failed together do not come back together.
type retries struct {
	until time.Time
	pause time.Duration
	tries int
	began time.Time
}

func (c *Client) retries() *retries {
	now := time.Now()
	return &retries{began: now, until: now.Add(c.options.RetryFor), pause: firstRetryPause}
}

// again waits and reports whether to try once more after err.
func (r *retries) again(ctx context.Context, method string, err error) bool {
	r.tries++
	failed := fault.From(err)
	if !failed.Retryable {
		return false
	}
	wait := r.pause/2 + rand.N(r.pause/2+1) //nolint:gosec // jitter
	r.pause = min(2*r.pause, longestRetryPause)
	wait = max(wait, failed.RetryAfter)
	if time.Now().Add(wait).After(r.until) {
		return false
	}
	observerOf(ctx).Retry(method, failed.Kind)
	return sleepFor(ctx, wait)
}

// exhausted adds to err how long it was tried, if it was.
func (r *retries) exhausted(err error) error {
	if r.tries < 2 {
		return err
	}
	copied := *fault.From(err)
	copied.Message += fmt.Sprintf(
		" (gave up after %d tries in %s)",
		r.tries,
		time.Since(r.began).Round(100*time.Millisecond),
	)
	return &copied
}

// sleepFor waits; false if ctx ended first.
func sleepFor(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// isIdempotent tells whether a call may be made again when it is not known whether the node has processed it.
func isIdempotent(method string) bool {
	switch method {
	case "eth_call",
		"eth_chainId",
		"eth_blockNumber",
		"eth_gasPrice",
		"eth_maxPriorityFeePerGas",
		"eth_feeHistory",
		"eth_estimateGas",
		"eth_syncing",
		"eth_accounts",
		"eth_createAccessList",
		"eth_simulateV1":
		return true
	}
	for _, prefix := range []string{"eth_get", "net_", "web3_", "debug_trace", "trace_", "txpool_", "anvil_set"} {
		if strings.HasPrefix(method, prefix) &&
			!strings.HasSuffix(method, "Changes") { // eth_getFilterChanges hands out each change once
			return true
		}
	}
	return false
}

// quantity is a JSON-RPC number below 2^64. Leading zeros, which some nodes send, are accepted.
type quantity uint64

func (q *quantity) UnmarshalJSON(text []byte) error {
	digits, err := hexDigits(text)
	if err != nil {
		return err
	}
	value, err := strconv.ParseUint(digits, 16, 64)
	*q = quantity(value)
	return err
}

// amount is a JSON-RPC number of any size.
type amount big.Int

func (a *amount) UnmarshalJSON(text []byte) error {
	digits, err := hexDigits(text)
	if err != nil {
		return err
	}
	if _, ok := (*big.Int)(a).SetString(digits, 16); !ok {
		return fmt.Errorf("not a number: %s", digits)
	}
	return nil
}

func (a *amount) big() *big.Int { return (*big.Int)(a) }

func hexDigits(text []byte) (string, error) {
	quoted := string(text)
	if len(quoted) < 5 || !strings.HasPrefix(quoted, `"0x`) || !strings.HasSuffix(quoted, `"`) {
		return "", fmt.Errorf("not a hex number: %.20s", quoted)
	}
	return quoted[3 : len(quoted)-1], nil
}

// hexQuantity writes a number the way JSON-RPC wants it.
func hexQuantity(n uint64) string { return "0x" + strconv.FormatUint(n, 16) }

func hexAmount(n *big.Int) string { return "0x" + n.Text(16) }
