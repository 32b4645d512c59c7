package chain_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

func impatient(o *chain.Options) { o.RetryFor, o.ChainID = 0, 0 }

func TestEachMisbehaviourHasItsKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault     *rpctest.Fault
		kind      fault.Kind
		code      int
		retryable bool
		message   string
	}{
		{rpctest.Drop, fault.Transport, 0, true, "closed before the answer was complete"},
		{rpctest.Lose, fault.Transport, 0, true, "closed before the answer was complete"},
		{rpctest.Half, fault.Transport, 0, true, "JSON cut short"},
		{rpctest.Cut, fault.Transport, 0, true, "closed before the answer was complete"},
		{rpctest.WrongID, fault.Protocol, 0, true, "answered another request"},
		{rpctest.HTML, fault.Protocol, 0, false, "does not speak JSON-RPC: check the url"},
		{rpctest.Delay(3 * time.Second), fault.Timeout, 0, true, "no answer from http://127.0.0.1"},
		{rpctest.TooMany("7"), fault.RateLimit, 429, true, "HTTP 429"},
		{rpctest.Status(503, ""), fault.Transport, 503, true, "HTTP 503"},
		{rpctest.Status(504, ""), fault.Timeout, 504, true, "HTTP 504"},
		{rpctest.Status(401, ""), fault.Protocol, 401, false, "check the key"},
		{rpctest.Status(404, ""), fault.Protocol, 404, false, "check the url"},
		{rpctest.Status(413, ""), fault.Protocol, 413, false, "lower batchSize"},
		{rpctest.Status(302, ""), fault.Protocol, 302, false, "check the url"},
		{rpctest.Refuse(-32005, "limit exceeded"), fault.RateLimit, -32005, true, "limit exceeded"},
		{rpctest.Refuse(429, "slow down"), fault.RateLimit, 429, true, "slow down"},
		{rpctest.Refuse(-32603, "internal error"), fault.Protocol, -32603, false, "internal error"},
	} {
		t.Run(c.fault.String(), func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				node := newNode(t)
				client := newClient(t, node, impatient, func(o *chain.Options) { o.Timeout = 1500 * time.Millisecond })
				node.Fail("eth_blockNumber", c.fault)
				_, err := client.BlockNumber(t.Context())
				failed := failure(t, err)
				require.Equal(t, c.kind, failed.Kind)
				require.Equal(t, c.code, failed.Code)
				require.Equal(t, c.retryable, failed.Retryable)
				require.ErrorContains(t, err, c.message)

				number, err := client.BlockNumber(t.Context())
				require.NoError(t, err, "the next call is unharmed")
				require.Zero(t, number)
			})
		})
	}
}

func TestRetriesWhatMayPass(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		faults := []*rpctest.Fault{
			rpctest.Drop,
			rpctest.Half,
			rpctest.WrongID,
			rpctest.Status(502, ""),
			rpctest.Refuse(-32005, "rate"),
		}
		node.Fail("eth_blockNumber", faults...)
		_, err := client.BlockNumber(seen.watch(t.Context()))
		require.NoError(t, err)
		require.Equal(t, len(faults)+1, node.Calls("eth_blockNumber"))
		require.Equal(t, map[fault.Kind]int{fault.Transport: 3, fault.Protocol: 1, fault.RateLimit: 1}, seen.retries)
		require.Empty(t, seen.failed)
	})
}

func TestGivesUpWhenTimeIsUpAndSaysSo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(
			t,
			node,
			func(o *chain.Options) { o.RetryFor, o.ChainID = 500*time.Millisecond, 0 },
		), newRecorder()
		node.Chaos(1, 1, rpctest.Drop)
		began := time.Now()
		_, err := client.BlockNumber(seen.watch(t.Context()))
		require.Less(t, time.Since(began), 5*time.Second)
		require.ErrorContains(t, err, "gave up after")
		require.Equal(t, map[fault.Kind]int{fault.Transport: 1}, seen.failed, "a call fails once, however often it was tried")
		require.Equal(t, node.Calls("eth_blockNumber")-1, seen.retries[fault.Transport])
	})
}

func TestHonoursRetryAfter(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		node.Fail("eth_blockNumber", rpctest.TooMany("0.4"))
		began := time.Now()
		_, err := client.BlockNumber(t.Context())
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(began), 400*time.Millisecond)

		node.Fail("eth_blockNumber", rpctest.TooMany("3600"))
		began = time.Now()
		_, err = client.BlockNumber(t.Context())
		require.Less(t, time.Since(began), 20*time.Second, "a wait beyond the budget is not begun")
		require.Equal(t, time.Hour, failure(t, err).RetryAfter)
	})
}

func TestDoesNotRepeatWhatMayHaveHappened(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		node.Fail("evm_mine", rpctest.Lose)
		_, err := client.Call(t.Context(), "evm_mine", json.RawMessage("[]"))
		require.Error(t, err)
		require.Equal(t, 1, node.Calls("evm_mine"))

		node.Fail("evm_mine", rpctest.TooMany(""))
		_, err = client.Call(t.Context(), "evm_mine", json.RawMessage("[]"))
		require.ErrorContains(t, err, "does not exist", "a refused request did not happen, so it is made again")
		require.Equal(t, 3, node.Calls("evm_mine"))
	})
}

func TestRefusedConnection(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	client, err := chain.NewRegistry().Client(chain.Options{URL: "http://user:secret@" + address + "/v3/key?token=secret"})
	require.NoError(t, err)
	_, err = client.BlockNumber(t.Context())
	require.Equal(t, fault.Transport, failure(t, err).Kind)
	require.ErrorContains(t, err, "connection to http://"+address+" failed")
	require.ErrorContains(t, err, "connection refused")
	require.NotContains(t, err.Error(), "secret")
	require.NotContains(t, err.Error(), "key")
}

func TestHeadersAreSentAndNeverShown(t *testing.T) {
	t.Parallel()
	var got http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	client, err := chain.NewRegistry().
		Client(chain.Options{URL: server.URL, Headers: map[string]string{"X-Api-Key": "topsecret"}})
	require.NoError(t, err)
	_, err = client.BlockNumber(t.Context())
	require.Equal(t, "topsecret", got.Get("X-Api-Key"))
	require.NotContains(t, err.Error(), "topsecret")
	require.NotContains(t, client.String(), "topsecret")
}

func TestUsesTheCallersDialer(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		dials := 0
		ctx := chain.WithCaller(
			t.Context(),
			chain.Caller{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				dials++
				return node.Dial(ctx, network, address)
			}},
		)
		client := newClient(t, node)
		chain.DialWith(client, nil)
		for range 5 {
			_, err := client.BlockNumber(ctx)
			require.NoError(t, err)
		}
		require.Equal(t, 1, dials, "connections are kept")
	})
}

func TestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.Timeout = time.Minute })
		node.Fail("eth_chainId", rpctest.Delay(30*time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := client.BlockNumber(ctx)
		require.Equal(t, fault.Ended, failure(t, err).Reason)
		require.False(t, failure(t, err).Retryable)
	})
}

func TestRefusesAnotherChain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.ChainID = 1 })
		for range 3 {
			_, err := client.Balance(t.Context(), recipient, "latest")
			require.EqualError(t, err, "RPC endpoint is chain 14800, but CHAIN_ID says 1")
		}
		sent := client.Send(t.Context(), []chain.Tx{transfer(signer(0), 1)})
		require.EqualError(t, sent[0].Err, "RPC endpoint is chain 14800, but CHAIN_ID says 1")
		require.Equal(t, 1, node.Requests(), "the chain id is asked for once a process")
		id, err := client.ChainID(t.Context())
		require.NoError(t, err, "what the chain is may be asked")
		require.Equal(t, uint64(rpctest.ChainID), id)
	})
}

func TestRejectsURLsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "localhost:8545", "ws://localhost", "ftp://x", "http://", "://", "http://a b"} {
		_, err := chain.NewRegistry().Client(chain.Options{URL: url})
		require.ErrorContains(t, err, "http", url)
	}
}

func TestErrorsNameTheEndpointWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		require.Equal(
			t,
			[]string{"us er-1", "p@ss/w", "/ba sic/s3cr3t-key", "t/ken"},
			[]string{user, password, r.URL.Path, r.URL.Query().Get("token")},
		)
		var request struct{ ID int }
		require.NoError(t, json.NewDecoder(r.Body).Decode(&request))
		said := strings.Join(
			[]string{
				"http://" + r.Host + r.URL.String(),
				r.URL.Path,
				r.URL.RawQuery,
				r.Header.Get("Authorization"),
				user,
				password,
			},
			" | ",
		)
		require.NoError(
			t,
			json.NewEncoder(w).
				Encode(map[string]any{"id": request.ID, "error": map[string]any{"code": -32600, "message": said}}),
		)
	}))
	defer server.Close()
	at := func(host string) string {
		return "http://us%20er-1:p%40ss%2Fw@" + host + "/ba%20sic/s3cr3t-key?token=t%2Fken"
	}
	host := strings.TrimPrefix(server.URL, "http://")
	for name, url := range map[string]string{"echoed": at(host), "refused": at("127.0.0.1:1"), "no host": at("nowhere.invalid")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, err := chain.NewRegistry().Client(chain.Options{URL: url})
			require.NoError(t, err)
			_, err = client.BlockNumber(t.Context())
			require.Error(t, err)
			for _, secret := range []string{"us er", "us%20er", "p@ss", "p%40ss", "s3cr3t", "sic", "t/ken", "t%2F", "dXMgZXIt"} {
				require.NotContains(t, err.Error()+client.String(), secret)
			}
		})
	}
}
