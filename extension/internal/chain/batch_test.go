package chain_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

func blockRequests(count int) []chain.Request {
	requests := make([]chain.Request, count)
	for i := range requests {
		requests[i] = chain.NewRequest("eth_getBlockByNumber", fmt.Sprintf("0x%x", i), false)
	}
	return requests
}

// requireBlocks checks that response i is about block i.
func requireBlocks(t *testing.T, responses []chain.Response) {
	t.Helper()
	for i, response := range responses {
		require.Nil(t, response.Err, i)
		require.Contains(t, string(response.Result), fmt.Sprintf(`"number":"0x%x"`, i))
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		for range 25 {
			node.Mine()
		}
		client := newClient(t, node, func(o *chain.Options) { o.BatchSize = 10 })
		requireBlocks(t, client.Batch(t.Context(), blockRequests(25)))
		require.Equal(t, 3, node.Requests())
		require.Empty(t, client.Batch(t.Context(), nil))

		node.Fail("eth_getBlockByNumber", rpctest.Shuffled)
		requireBlocks(t, client.Batch(t.Context(), blockRequests(10)))
	})
}

func TestBatchesRepeatOnlyWhatFailed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		for range 10 {
			node.Mine()
		}
		client := newClient(t, node)
		node.Fail("eth_getBlockByNumber", rpctest.Refuse(-32005, "rate limit")) // refuses the first call of the batch
		requireBlocks(t, client.Batch(t.Context(), blockRequests(10)))
		require.Equal(t, 11, node.Calls("eth_getBlockByNumber"))
		require.Equal(t, 2, node.Requests())

		for _, fault := range []*rpctest.Fault{
			rpctest.Drop, rpctest.Half, rpctest.Cut, rpctest.WrongID,
			rpctest.Status(503, ""), rpctest.TooMany("0.01"),
		} {
			node.Fail("eth_getBlockByNumber", fault)
			requireBlocks(t, client.Batch(t.Context(), blockRequests(10)))
		}
	})
}

func TestBatchesOfCallsThatFail(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		responses := client.Batch(
			seen.watch(t.Context()),
			[]chain.Request{chain.NewRequest("eth_chainId"), chain.NewRequest("no_such"), chain.NewRequest("eth_blockNumber")},
		)
		require.Nil(t, responses[0].Err)
		require.ErrorContains(t, responses[1].Err, "no_such")
		require.Nil(t, responses[2].Err)
		require.Equal(t, map[string]int{"batch": 1}, seen.requests)
		require.Equal(t, map[fault.Kind]int{fault.Protocol: 1}, seen.failed)

		node.Chaos(1, 1, rpctest.HTML)
		for _, response := range client.Batch(t.Context(), blockRequests(2)) {
			require.Equal(t, fault.Protocol, failure(t, response.Err).Kind)
		}
	})
}

func TestEndpointsWithoutBatches(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.NoBatch = true
		node.MineEvery(20 * time.Millisecond)
		for range 10 {
			node.Mine()
		}
		client := newClient(t, node)
		requireBlocks(t, client.Batch(t.Context(), blockRequests(10)))
		before := node.Requests()
		requireBlocks(t, client.Batch(t.Context(), blockRequests(10)))
		require.Equal(t, 10, node.Requests()-before, "it is not asked again whether it takes batches")

		hash, err := send(t.Context(), client, transfer(signer(0), 5))
		require.NoError(t, err)
		_, err = client.Wait(t.Context(), hash, patient, 1)
		require.NoError(t, err, "everything works without batches")
	})
}
