// Package chain is the domain behind k6/x/ethereum: JSON-RPC, fees, nonces, sending, following blocks. It knows neither k6 nor
// JavaScript: callers hand in contexts and get Go values and *fault.Error back.
package chain

import (
	"errors"
	"strings"

	"github.com/onrush/onrush/extension/internal/fault"
)

// The reasons of this package's errors, besides fault.Ended.
const (
	ReasonNonceTooLow      fault.Reason = "nonce_too_low"
	ReasonNonceTooHigh     fault.Reason = "nonce_too_high"
	ReasonReplacementPrice fault.Reason = "replacement_underpriced" // another transaction holds this nonce in the pool
	ReasonAlreadyKnown     fault.Reason = "already_known"           // this very transaction is in the pool or mined
	ReasonReplaced         fault.Reason = "replaced"                // the nonce was mined with another transaction
	ReasonUnderpriced      fault.Reason = "underpriced"             // the fee offered is below what the node takes
	ReasonUnconfirmed      fault.Reason = "unconfirmed"             // accepted, but in no block within the time allowed
	ReasonInDoubt          fault.Reason = "in_doubt"                // sent, the answer was lost, and the node could not be asked since
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

// details are what an error of this package says beyond its kind.
type details struct {
	txHash string
	revert *Revert
}

func detailsOf(err error) details {
	var typed *fault.Error
	if !errors.As(err, &typed) || typed == nil {
		return details{}
	}
	known, _ := typed.Details.(details)
	return known
}

// RevertOf is what the contract said, where err is about a call or transaction that reverted; else nil.
func RevertOf(err error) *Revert { return detailsOf(err).revert }

// WithRevert is a copy of err in which the contract said revert.
func WithRevert(err *fault.Error, revert *Revert) *fault.Error {
	copied, known := *err, detailsOf(err)
	known.revert = revert
	copied.Details = known
	return &copied
}

// TxHashOf is the hash (0x...) of the transaction that err is about, where one was signed; else "". It may still be included when the reason
// is ReasonInDoubt or ReasonUnconfirmed.
func TxHashOf(err error) string { return detailsOf(err).txHash }

// about is a copy of err about the transaction hash.
func about(err *fault.Error, hash string) *fault.Error {
	copied, known := *err, detailsOf(err)
	known.txHash = hash
	copied.Details = known
	return &copied
}

// notFound tells whether the node said with an error what others say with null.
func notFound(err *fault.Error) bool {
	if err == nil || err.Kind != fault.Protocol || err.Code >= 0 || err.Code == -32601 {
		return false
	}
	message := strings.ToLower(err.Message)
	return strings.Contains(message, "not found") || strings.Contains(message, "unknown block") ||
		strings.Contains(message, "does not exist")
}
