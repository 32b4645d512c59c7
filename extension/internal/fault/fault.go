// Package fault is the error of calls to other systems: what retry policies and reports need to know of one, whoever
// was called. It knows neither a protocol nor JavaScript; see js.Faults for how scripts see it.
package fault

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Kind says what went wrong, as a closed list: retry policies and reports switch on it, never on message text.
type Kind string

// The kinds of errors.
const (
	Nonce     Kind = "nonce"      // the nonce is used, too high, or occupied by another transaction
	Funds     Kind = "funds"      // the account cannot pay for value and gas
	Timeout   Kind = "timeout"    // no answer, or no inclusion, in the time allowed
	RateLimit Kind = "rate_limit" // the endpoint asks for fewer requests
	Revert    Kind = "revert"     // the contract reverted
	Transport Kind = "transport"  // refused, reset, dropped or truncated connection; HTTP 5xx
	Protocol  Kind = "protocol"   // an answer that is not what the protocol or the caller asked for
)

// Reason tells apart causes within a kind. It is empty where the kind says it all.
type Reason string

// Ended is the reason of a call whose caller's iteration ended first.
const Ended Reason = "ended"

// Error says what a call failed of. Its message says what to do and never holds headers, keys or URL credentials.
type Error struct {
	// Code is the protocol's error code, the HTTP status, or 0 when neither answered.
	Code      int
	Kind      Kind
	Reason    Reason
	Retryable bool
	// RetryAfter is how long the server asked to wait; 0 when it did not.
	RetryAfter time.Duration
	Message    string
	// Details are what the package that made the error says beyond this, as a type of its own.
	Details any
	// Cause is the error underneath, such as a net.OpError.
	Cause error
	// Unsent: the peer certainly did not process the request, so that it can be made again whatever it does.
	Unsent bool
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the error underneath.
func (e *Error) Unwrap() error { return e.Cause }

// Newf makes an error of kind.
func Newf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// From gives err as *Error. An error of another type becomes one of kind protocol.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var typed *Error
	if errors.As(err, &typed) {
		return typed
	}
	return &Error{Kind: Protocol, Message: err.Error(), Cause: err}
}

// OfEnded is the error of a call whose caller, and with it ctx, is gone.
func OfEnded(ctx context.Context) *Error {
	return &Error{
		Kind:    Timeout,
		Reason:  Ended,
		Message: "the iteration ended before the call did",
		Cause:   context.Cause(ctx),
	}
}

// OfPanic is the error of a call that panicked with what was recovered.
func OfPanic(recovered any) *Error {
	return &Error{
		Kind: Protocol, Message: fmt.Sprintf("internal error: %v (please report)", recovered),
		Cause: fmt.Errorf("%v\n%s", recovered, debug.Stack()),
	}
}
