package chain

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Request is one JSON-RPC call. Params is a JSON array.
type Request struct {
	Method string
	Params json.RawMessage
}

// Response is what one call of a batch came to: Result is set unless Err is.
type Response struct {
	Result json.RawMessage
	Err    *Error
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
func (r *wireResponse) err() *Error {
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
func (c *Client) once(ctx context.Context, request Request) (json.RawMessage, *Error) {
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
		return nil, &Error{Kind: KindProtocol, Retryable: true, Message: fmt.Sprintf("%s answered another request than %s", c.endpoint.wire.name, request.Method)}
	}
	if failed != nil {
		return nil, c.refused(failed, answer)
	}
	if failed := c.endpoint.wire.status(answer); failed != nil {
		return nil, failed
	}
	if response.Result == nil {
		return nil, &Error{Kind: KindProtocol, Retryable: true, Message: c.endpoint.wire.name + " answered with neither result nor error"}
	}
	return response.Result, nil
}

// refused completes the error of a well-formed answer with what HTTP added to it.
func (c *Client) refused(failed *Error, answer *answer) *Error {
	failed.Message = c.endpoint.wire.redacted(failed.Message)
	if failed.RetryAfter == 0 {
		failed.RetryAfter = answer.retryAfter
	}
	if outer := c.endpoint.wire.status(answer); outer != nil && outer.Retryable && !failed.Retryable && failed.Kind == KindProtocol {
		outer.Message += ": " + failed.Message // HTTP 503 {"error": {"message": "no backend"}}
		return outer
	}
	failed.unsent = failed.Kind == KindRateLimit
	return failed
}

// exchange posts body and tells the observer.
func (c *Client) exchange(ctx context.Context, method string, body []byte) (*answer, *Error) {
	started := time.Now()
	answer, err := c.endpoint.wire.post(ctx, body, c.options.Headers, c.options.Timeout)
	if err == nil || err.Reason != ReasonEnded {
		observerOf(ctx).Request(method, time.Since(started))
	}
	return answer, err
}

// decode reads the answer's JSON into target. Where it is none, the HTTP status or the text's beginning says why.
func (c *Client) decode(answer *answer, target any) *Error {
	err := json.Unmarshal(answer.body, target)
	if err == nil {
		return nil
	}
	wire := c.endpoint.wire
	if failed := wire.status(answer); failed != nil {
		return failed
	}
	if start := bytes.TrimSpace(answer.body); len(start) > 0 && start[0] != '{' && start[0] != '[' {
		return &Error{Kind: KindProtocol, Message: wire.name + " does not speak JSON-RPC: check the url", cause: err}
	}
	return &Error{Kind: KindTransport, Retryable: true, Message: wire.name + " sent a broken answer (JSON cut short)", cause: err}
}

// call makes one call and retries it while that is safe and may help. method results are raw JSON; "null" is a result.
func (c *Client) call(ctx context.Context, request Request) (json.RawMessage, *Error) {
	retry := c.retries()
	for {
		result, err := c.once(ctx, request)
		if err == nil {
			return result, nil
		}
		if (!err.unsent && !idempotent(request.Method)) || !retry.again(ctx, request.Method, err) {
			return nil, fail(ctx, request.Method, retry.exhausted(err))
		}
	}
}

// fail tells the observer that a call failed for good.
func fail(ctx context.Context, method string, err *Error) *Error {
	if err.Reason != ReasonEnded {
		observerOf(ctx).Failed(method, err.Kind)
	}
	return err
}

// callInto makes a call and decodes its result into target.
func (c *Client) callInto(ctx context.Context, target any, method string, params ...any) *Error {
	result, err := c.call(ctx, NewRequest(method, params...))
	if err != nil {
		return err
	}
	return c.into(target, method, result)
}

// maybe decodes a response into target, a pointer to a pointer, which stays nil where there is no such thing.
func (c *Client) maybe(target any, method string, response Response) *Error {
	if response.Err.notFound() {
		return nil
	}
	if response.Err != nil {
		return response.Err
	}
	return c.into(target, method, response.Result)
}

func (c *Client) into(target any, method string, result json.RawMessage) *Error {
	if err := json.Unmarshal(result, target); err != nil {
		return &Error{Kind: KindProtocol, Message: fmt.Sprintf("%s: the result of %s is not of the expected form", c.endpoint.wire.name, method), cause: err}
	}
	return nil
}
