// Package chain is the domain behind k6/x/ethereum: JSON-RPC, fees, nonces, sending, following blocks. It knows neither k6 nor
// JavaScript: callers hand in contexts and get Go values and *Error back.
package chain

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what went wrong, as a closed list: retry policies and reports switch on it, never on message text.
type Kind string

// The kinds of errors.
const (
	KindNonce     Kind = "nonce"      // the nonce is used, too high, or occupied by another transaction
	KindFunds     Kind = "funds"      // the account cannot pay for value and gas
	KindTimeout   Kind = "timeout"    // no answer, or no inclusion, in the time allowed
	KindRateLimit Kind = "rate_limit" // the endpoint asks for fewer requests
	KindRevert    Kind = "revert"     // the contract reverted
	KindTransport Kind = "transport"  // refused, reset, dropped or truncated connection; HTTP 5xx
	KindProtocol  Kind = "protocol"   // an answer that is not what JSON-RPC or the caller asked for
)

// Reason tells apart causes within a kind. It is empty where the kind says it all.
type Reason string

// The reasons this package acts on.
const (
	ReasonNonceTooLow      Reason = "nonce_too_low"
	ReasonNonceTooHigh     Reason = "nonce_too_high"
	ReasonReplacementPrice Reason = "replacement_underpriced" // another transaction holds this nonce in the pool
	ReasonAlreadyKnown     Reason = "already_known"           // this very transaction is in the pool or mined
	ReasonReplaced         Reason = "replaced"                // the nonce was mined with another transaction
	ReasonUnderpriced      Reason = "underpriced"             // the fee offered is below what the node takes
	ReasonUnconfirmed      Reason = "unconfirmed"             // accepted, but in no block within the time allowed
	ReasonInDoubt          Reason = "in_doubt"                // sent, the answer was lost, and the node could not be asked since
	ReasonEnded            Reason = "ended"                   // the caller's iteration ended first
)

// Revert is what a contract said when it reverted.
type Revert struct {
	// Name of the error: a custom error of the ABI, "Error", "Panic", or "" when the data could not be decoded.
	Name string
	// Args are the error's decoded arguments.
	Args []any
	// Data as the node gave it, selector included.
	Data []byte
}

// Error is the only error type this package returns. Its message says what to do and never holds headers, keys or URL credentials.
type Error struct {
	// Code is the JSON-RPC error code, the HTTP status, or 0 when neither answered.
	Code      int
	Kind      Kind
	Reason    Reason
	Retryable bool
	// RetryAfter is how long the server asked to wait; 0 when it did not.
	RetryAfter time.Duration
	Message    string
	Revert     *Revert
	// TxHash is the transaction's hash (0x...) where the error is about one that was signed; it may still be included when Reason is
	// ReasonInDoubt or ReasonUnconfirmed.
	TxHash string

	cause error
	// unsent: the node certainly did not process the request, so that it can be made again whatever it does.
	unsent bool
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the error underneath, such as a net.OpError.
func (e *Error) Unwrap() error { return e.cause }

// AsError gives err as *Error. An error of another type becomes one of kind protocol.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	var typed *Error
	if errors.As(err, &typed) {
		return typed
	}
	return &Error{Kind: KindProtocol, Message: err.Error(), cause: err}
}

// notFound tells whether the node said with an error what others say with null.
func (e *Error) notFound() bool {
	if e == nil || e.Kind != KindProtocol || e.Code >= 0 || e.Code == -32601 {
		return false
	}
	message := strings.ToLower(e.Message)
	return strings.Contains(message, "not found") || strings.Contains(message, "unknown block") || strings.Contains(message, "does not exist")
}

func errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// about returns a copy of e about the transaction hash.
func (e *Error) about(hash string) *Error {
	copied := *e
	copied.TxHash = hash
	return &copied
}
