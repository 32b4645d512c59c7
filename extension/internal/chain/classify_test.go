package chain

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What geth, anvil, reth, besu, nethermind, erigon and gateways say.
func TestClassify(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code    int
		message string
		kind    Kind
		reason  Reason
		retry   bool
	}{
		{-32000, "nonce too low: next nonce 5, tx nonce 4", KindNonce, ReasonNonceTooLow, false},
		{-32003, "nonce too low", KindNonce, ReasonNonceTooLow, false},
		{-32000, "OldNonce", KindNonce, ReasonNonceTooLow, false},
		{-32003, "nonce too high", KindNonce, ReasonNonceTooHigh, false},
		{-32000, "already known", KindNonce, ReasonAlreadyKnown, false},
		{-32603, "transaction already imported", KindNonce, ReasonAlreadyKnown, false},
		{-32000, "Known transaction", KindNonce, ReasonAlreadyKnown, false},
		{-32000, "replacement transaction underpriced", KindNonce, ReasonReplacementPrice, false},
		{-32000, "transaction underpriced: gas tip cap 0, minimum needed 1", KindProtocol, ReasonUnderpriced, true},
		{-32000, "max fee per gas less than block base fee: address 0x1, maxFeePerGas: 1, baseFee: 2", KindProtocol, ReasonUnderpriced, true},
		{-32003, "Insufficient funds for gas * price + value", KindFunds, "", false},
		{-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000", KindFunds, "", false},
		{-32000, "gas required exceeds allowance (0)", KindFunds, "", false},
		{3, "execution reverted", KindRevert, "", false},
		{3, "execution reverted: insufficient funds", KindRevert, "", false},
		{-32015, "VM execution error.", KindRevert, "", false},
		{-32000, "out of gas", KindRevert, "", false},
		{-32603, "Error: VM Exception while processing transaction: reverted with reason string 'no'", KindRevert, "", false},
		{-32005, "limit exceeded", KindRateLimit, "", true},
		{-32005, "query returned more than 10000 results", KindProtocol, "", false},
		{-32016, "Your app has exceeded its rate limit", KindRateLimit, "", true},
		{429, "", KindRateLimit, "", true},
		{-32000, "txpool is full", KindRateLimit, "", true},
		{-32002, "request timed out", KindTimeout, "", true},
		{-32000, "header not found", KindProtocol, "", true},
		{-32601, "the method eth_foo does not exist/is not available", KindProtocol, "", false},
		{-32000, "exceeds block gas limit", KindProtocol, "", false},
		{-32602, "invalid argument 0: hex string without 0x prefix", KindProtocol, "", false},
		{0, "", KindProtocol, "", false},
	} {
		e := classify(c.code, c.message, nil)
		require.Equal(t, c.kind, e.Kind, c.message)
		require.Equal(t, c.reason, e.Reason, c.message)
		require.Equal(t, c.retry, e.Retryable, c.message)
		require.Equal(t, c.code, e.Code)
		require.True(t, strings.HasPrefix(e.Message, c.message), "%q is not part of %q", c.message, e.Message)
		require.NotEmpty(t, e.Message)
	}
	require.Less(t, len(classify(1, strings.Repeat("ü", 9999), nil).Message), 400, "some nodes answer with whole transactions")
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
	for _, seed := range []string{`{"id":1,"result":"0x1"}`, `{"id":1,"error":{"code":"x","message":7}}`, `[{}]`, `{"error":"text"}`, `{"id":null}`, `nul`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := &Client{endpoint: &endpoint{wire: &transport{name: "http://x"}}}
		a := &answer{status: 200, body: body}
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
