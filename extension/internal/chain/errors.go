// Package chain is the domain behind k6/x/ethereum: JSON-RPC, fees, nonces, sending, following blocks. It knows neither
// k6 nor JavaScript: callers hand in contexts and get Go values and *fault.Error back.
package chain

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
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
	ReasonInDoubt          fault.Reason = "in_doubt"                // sent; the answer was lost, and nobody could be asked
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
	if !errors.As(err, &typed) {
		return details{}
	}
	known, _ := typed.Details.(details)
	return known
}

// RevertOf is what the contract said, where err is about a call or transaction that reverted; else nil.
func RevertOf(err error) *Revert { return detailsOf(err).revert }

// WithRevert is a copy of err in which the contract said revert.
func WithRevert(err error, revert *Revert) *fault.Error {
	copied, known := *fault.From(err), detailsOf(err)
	known.revert = revert
	copied.Details = known
	return &copied
}

// TxHashOf is the hash (0x...) of the transaction that err is about, where one was signed; else "". It may still be
// included when the reason is ReasonInDoubt or ReasonUnconfirmed.
func TxHashOf(err error) string { return detailsOf(err).txHash }

// withTxHash is a copy of err about the transaction hash.
func withTxHash(err error, hash string) *fault.Error {
	copied, known := *fault.From(err), detailsOf(err)
	known.txHash = hash
	copied.Details = known
	return &copied
}

// notFound tells whether the node said with an error what others say with null.
func notFound(err error) bool {
	failed := fault.From(err)
	if failed == nil || failed.Kind != fault.Protocol || failed.Code >= 0 || failed.Code == -32601 {
		return false
	}
	message := strings.ToLower(failed.Message)
	return strings.Contains(message, "not found") || strings.Contains(message, "unknown block") ||
		strings.Contains(message, "does not exist")
}

// longest part of a node's message that is passed on; some nodes answer with whole transactions.
const maxMessage = 300

// textRule maps what nodes say to what it means. Nodes agree on no codes, so the text decides; the first rule that
// matches wins.
type textRule struct {
	kind      fault.Kind
	reason    fault.Reason
	retryable bool
	advice    string
	texts     []string
}

var textRules = []textRule{
	{fault.RateLimit, "", true, "slow down or raise the endpoint's limit", []string{
		"rate limit", "rate-limit", "ratelimit", "too many requests", "request limit", "quota", "throttl",
	}},
	{
		fault.RateLimit,
		"",
		true,
		"the node's transaction pool is full",
		[]string{"pool is full", "txpool full", "mempool is full", "pool full"},
	},
	{
		fault.Revert,
		"",
		false,
		"",
		[]string{"execution reverted", "reverted", "vm exception", "invalid opcode", "out of gas", "vm execution error"},
	},
	{
		fault.Nonce,
		ReasonAlreadyKnown,
		false,
		"",
		[]string{
			"already known",
			"already imported",
			"known transaction",
			"already in mempool",
			"already in the pool",
			"transaction already exist",
		},
	},
	{fault.Nonce, ReasonReplacementPrice, false, "another pending transaction holds this nonce", []string{
		"replacement transaction underpriced", "replacement fee", "replacement gas price", "could not replace",
	}},
	{fault.Nonce, ReasonNonceTooLow, false, "another transaction used this nonce", []string{
		"nonce too low", "nonce is too low", "nonce has already been used", "old nonce", "oldnonce",
	}},
	{fault.Nonce, ReasonNonceTooHigh, false, "transactions with lower nonces are missing", []string{
		"nonce too high", "nonce is too high", "nonce too far", "nonce gap", "too distant", "in-flight transaction limit",
	}},
	{
		fault.Funds,
		"",
		false,
		"fund the account, or lower value, gas or fee",
		[]string{
			"insufficient funds",
			"insufficient balance",
			"not enough funds",
			"enough funds",
			"gas required exceeds allowance (0)",
		},
	},
	{
		fault.Protocol,
		ReasonUnderpriced,
		true,
		"the fee offered is below what the node takes now",
		[]string{
			"underpriced",
			"less than block base fee",
			"max fee per gas",
			"fee cap less than",
			"gas price too low",
			"gas price below",
			"fee too low",
			"tip too low",
		},
	},
	{fault.Timeout, "", true, "", []string{"timeout", "timed out", "deadline exceeded"}},
	{
		fault.Protocol,
		"",
		true,
		"the node is behind, or lost a block",
		[]string{"header not found", "block not found", "missing trie node", "unknown block"},
	},
}

// classify says what a JSON-RPC error object means.
func classify(code int, message string, data json.RawMessage) *fault.Error {
	e := &fault.Error{Code: code, Kind: fault.Protocol, Message: shortMessage(message)}
	switch lower := strings.ToLower(message); {
	case code == 3: // EIP-1474's code of a revert, given by geth, anvil, reth
		e.Kind = fault.Revert
	case code == 429:
		e.Kind, e.Retryable = fault.RateLimit, true
	case code == -32005 && !strings.Contains(lower, "results"): // "more than 10000 results" is the caller's
		e.Kind, e.Retryable = fault.RateLimit, true
	default:
		applyRules(e, lower)
	}
	if e.Kind == fault.Revert {
		e.Details = details{revert: &Revert{Data: revertData(data)}}
	}
	if e.Message == "" {
		e.Message = "the node answered with an error without a message"
	}
	return e
}

// applyRules completes e by the first rule that its text, in lower case, matches.
func applyRules(e *fault.Error, lower string) {
	for _, rule := range textRules {
		for _, text := range rule.texts {
			if !strings.Contains(lower, text) {
				continue
			}
			e.Kind, e.Reason, e.Retryable = rule.kind, rule.reason, rule.retryable
			if rule.advice != "" {
				e.Message += ": " + rule.advice
			}
			return
		}
	}
}

// revertData finds the revert's bytes: geth and anvil give a hex string, others wrap it in an object (possibly of its
// own).
func revertData(data json.RawMessage) []byte {
	for range 3 {
		data = bytes.TrimSpace(data)
		var text string
		if json.Unmarshal(data, &text) == nil {
			raw, err := hex.DecodeString(strings.TrimPrefix(strings.TrimPrefix(text, "Reverted "), "0x"))
			if err != nil {
				return nil
			}
			return raw
		}
		var object struct {
			Data   json.RawMessage `json:"data"`
			Result json.RawMessage `json:"result"`
		}
		if json.Unmarshal(data, &object) != nil {
			return nil
		}
		if data = object.Data; data == nil {
			data = object.Result
		}
	}
	return nil
}

func shortMessage(message string) string {
	message = strings.Join(strings.Fields(message), " ")
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "..."
	}
	return message
}
