package chain_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
)

// accepting is a node that takes everything and does nothing, so that benchmarks measure this side (and its half of
// HTTP).
func accepting(b *testing.B) *chain.Client {
	b.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := string(body)
		if strings.Contains(text, "eth_getBlockByNumber") {
			_, _ = fmt.Fprintf(w, `{"id":%s,"result":{"number":"0x1","baseFeePerGas":"0x7"}}`, id(text))
			return
		}
		calls := strings.Split(text, `"jsonrpc"`)[1:]
		replies := make([]string, len(calls))
		for i, call := range calls {
			replies[i] = fmt.Sprintf(`{"id":%s,"result":"0x1"}`, id(call))
		}
		joined := strings.Join(replies, ",")
		if strings.HasPrefix(text, "[") {
			joined = "[" + joined + "]"
		}
		_, _ = io.WriteString(w, joined)
	}))
	b.Cleanup(server.Close)
	client, err := chain.NewRegistry().Client(chain.Options{URL: server.URL})
	require.NoError(b, err)
	return client
}

func id(call string) string {
	_, rest, _ := strings.Cut(call, `"id":`)
	digits, _, _ := strings.Cut(rest, ",")
	return digits
}

func BenchmarkSend(b *testing.B) {
	client := accepting(b)
	var next atomic.Uint32
	b.ReportAllocs()
	b.SetParallelism(50)
	b.RunParallel(func(pb *testing.PB) {
		from := signer(byte(next.Add(1)))
		for pb.Next() {
			if sent := client.Send(b.Context(), []chain.Tx{transfer(from, 1)})[0]; sent.Err != nil {
				b.Error(sent.Err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}

func BenchmarkSendBatchesOf100(b *testing.B) {
	client := accepting(b)
	var next atomic.Uint32
	b.ReportAllocs()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		txs := make([]chain.Tx, 100)
		from := signer(byte(next.Add(1)))
		for i := range txs {
			txs[i] = transfer(from, 1)
		}
		for pb.Next() {
			for _, sent := range client.Send(b.Context(), txs) {
				if sent.Err != nil {
					b.Error(sent.Err)
					return
				}
			}
		}
	})
	b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "tx/s")
}
