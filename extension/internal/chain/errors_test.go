package chain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/fault"
)

// What geth, anvil, reth, besu, nethermind, erigon and gateways say.
func TestClassify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code    int
		message string
		kind    fault.Kind
		reason  fault.Reason
		retry   bool
	}{
		{-32000, "nonce too low: next nonce 5, tx nonce 4", fault.Nonce, ReasonNonceTooLow, false},
		{-32003, "nonce too low", fault.Nonce, ReasonNonceTooLow, false},
		{-32000, "OldNonce", fault.Nonce, ReasonNonceTooLow, false},
		{-32003, "nonce too high", fault.Nonce, ReasonNonceTooHigh, false},
		{-32000, "already known", fault.Nonce, ReasonAlreadyKnown, false},
		{-32603, "transaction already imported", fault.Nonce, ReasonAlreadyKnown, false},
		{-32000, "Known transaction", fault.Nonce, ReasonAlreadyKnown, false},
		{-32000, "replacement transaction underpriced", fault.Nonce, ReasonReplacementPrice, false},
		{-32000, "transaction underpriced: gas tip cap 0, minimum needed 1", fault.Protocol, ReasonUnderpriced, true},
		{-32000, "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2", fault.Protocol, ReasonUnderpriced, true},
		{-32003, "Insufficient funds for gas * price + value", fault.Funds, "", false},
		{-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000", fault.Funds, "", false},
		{-32000, "gas required exceeds allowance (0)", fault.Funds, "", false},
		{3, "execution reverted", fault.Revert, "", false},
		{3, "execution reverted: insufficient funds", fault.Revert, "", false},
		{-32015, "VM execution error.", fault.Revert, "", false},
		{-32000, "out of gas", fault.Revert, "", false},
		{-32603, "Error: VM Exception while processing transaction: reverted with reason string 'no'", fault.Revert, "", false},
		{-32005, "limit exceeded", fault.RateLimit, "", true},
		{-32005, "query returned more than 10000 results", fault.Protocol, "", false},
		{-32016, "Your app has exceeded its rate limit", fault.RateLimit, "", true},
		{429, "", fault.RateLimit, "", true},
		{-32000, "txpool is full", fault.RateLimit, "", true},
		{-32002, "request timed out", fault.Timeout, "", true},
		{-32000, "header not found", fault.Protocol, "", true},
		{-32601, "the method eth_foo does not exist/is not available", fault.Protocol, "", false},
		{-32000, "exceeds block gas limit", fault.Protocol, "", false},
		{-32602, "invalid argument 0: hex string without 0x prefix", fault.Protocol, "", false},
		{0, "", fault.Protocol, "", false},
	} {
		e := classify(c.code, c.message, nil)
		require.Equal(t, c.kind, e.Kind, c.message)
		require.Equal(t, c.reason, e.Reason, c.message)
		require.Equal(t, c.retry, e.Retryable, c.message)
		require.Equal(t, c.code, e.Code)
		require.True(t, strings.HasPrefix(e.Message, c.message), "%q is not part of %q", c.message, e.Message)
		require.NotEmpty(t, e.Message)
	}
	require.Less(
		t,
		len(classify(1, strings.Repeat("ü", 9999), nil).Message),
		400,
		"some nodes answer with whole transactions",
	)
}

func TestRevertDataInEveryWrapping(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]byte{
		`"0x24d79641"`:                              {0x24, 0xd7, 0x96, 0x41},
		`"Reverted 0x24d79641"`:                     {0x24, 0xd7, 0x96, 0x41},
		`{"data":"0x24d79641","message":"x"}`:       {0x24, 0xd7, 0x96, 0x41},
		`{"data":{"result":"0x24d79641"},"code":3}`: {0x24, 0xd7, 0x96, 0x41},
		`"0x"`: {}, `null`: nil, ``: nil, `7`: nil, `"zz"`: nil, `[]`: nil, `{"data":{"data":{"data":{"data":"0x01"}}}}`: nil,
	} {
		require.Equal(t, string(want), string(revertData(json.RawMessage(text))), text)
	}
}

// No answer, however strange, is more than an error.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"result":"0x1"}`, `{"id":1,"error":{"code":"x","message":7}}`,
		`[{}]`, `{"error":"text"}`, `{"id":null}`, `nul`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &Client{endpoint: &endpoint{transport: &transport{name: "http://x"}}}
		a := &httpAnswer{status: 200, body: body}
		var single wireResponse
		if c.decode(a, &single) == nil {
			_ = single.err()
			_, _ = single.id()
		}
		var several []wireResponse
		if c.decode(a, &several) == nil {
			_ = c.match(several, 1, 2, a)
		}
		var b *block
		_ = c.into(&b, "eth_getBlockByNumber", body)
		var r *wireReceipt
		if c.into(&r, "eth_getTransactionReceipt", body) == nil {
			_ = r.receipt()
		}
	})
}
