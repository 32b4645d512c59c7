package chain_test

import (
	"context"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

// A lost answer is not a lost transaction, and never a second one.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for _, fault := range []*rpctest.Fault{
		rpctest.Lose, rpctest.Half, rpctest.Cut, rpctest.WrongID,
		rpctest.Late(700 * time.Millisecond), rpctest.Delay(700 * time.Millisecond),
	} {
		for _, automine := range []bool{false, true} {
			t.Run(fault.String(), func(t *testing.T) {
				t.Parallel()
				inBubble(t, func(t *testing.T) {
					node := newNode(t)
					node.Automine = automine
					client := newClient(t, node, func(o *chain.Options) { o.Timeout = 500 * time.Millisecond })
					node.Fail("eth_sendRawTransaction", fault, fault)
					hash, err := send(t.Context(), client, transfer(signer(0), 9))
					require.NoError(t, err)
					node.Mine()
					require.Equal(t, []common.Hash{hash}, node.Included(signer(0).Address))
					require.Equal(t, int64(9), node.Balance(recipient).Int64())
				})
			})
		}
	}
}

func TestALostAnswerIsLookedUpWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.RetryFor = 0 })
		node.Fail("eth_sendRawTransaction", rpctest.Lose)
		hash, err := send(t.Context(), client, transfer(signer(0), 1))
		require.NoError(t, err, "the node has it")
		require.Equal(t, 1, node.Calls("eth_getTransactionByHash"))

		node.Fail("eth_sendRawTransaction", rpctest.Drop)
		_, err = send(t.Context(), client, transfer(signer(0), 2))
		require.Equal(t, fault.Transport, failure(t, err).Kind)
		require.Empty(t, failure(t, err).Reason, "the node certainly has it not")
		second, err := send(t.Context(), client, transfer(signer(0), 3))
		require.NoError(t, err)
		node.Mine()
		require.Equal(t, []common.Hash{hash, second}, node.Included(signer(0).Address))
	})
}

func TestInDoubtUntilTheNodeCanBeAsked(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node, func(o *chain.Options) { o.RetryFor = 0 }), newRecorder()
		ctx := seen.watch(t.Context())
		node.Fail("eth_sendRawTransaction", rpctest.Lose, rpctest.Drop)
		for range 16 { // four looks each, and those of finding out about the first meanwhile
			node.Fail("eth_getTransactionByHash", rpctest.Drop)
		}

		_, err := send(ctx, client, transfer(signer(0), 1)) // lost, accepted: nonce 0
		require.Equal(t, chain.ReasonInDoubt, failure(t, err).Reason)
		require.False(t, failure(t, err).Retryable, "doing it again might do it twice")
		require.ErrorContains(t, err, "may still be included")
		_, err = send(ctx, client, transfer(signer(0), 2)) // dropped: nonce 1
		require.Equal(t, chain.ReasonInDoubt, failure(t, err).Reason)
		third, err := send(ctx, client, transfer(signer(0), 4)) // must not get 0 or 1
		require.NoError(t, err)
		require.Equal(t, 2, seen.events[chain.TxTimedOut])

		require.Eventually(t, func() bool {
			node.Mine()
			return len(node.Included(signer(0).Address)) == 3
		}, patient, 50*time.Millisecond, "nonce 1 was freed once the node was asked, and the gap was plugged")
		require.Equal(t, third, node.Included(signer(0).Address)[2])
		require.Equal(t, int64(1+4), node.Balance(recipient).Int64())
		require.Eventually(t, func() bool { return seen.gaps() == 1 }, patient, 20*time.Millisecond)
	})
}

func TestSubmissionsOutliveTheirIteration(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		_, err := client.ChainID(t.Context())
		require.NoError(t, err)
		node.Fail("eth_sendRawTransaction", rpctest.Delay(300*time.Millisecond))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err = send(ctx, client, transfer(signer(0), 1))
		require.Equal(t, fault.Ended, failure(t, err).Reason)
		second, err := send(t.Context(), client, transfer(signer(0), 2))
		require.NoError(t, err)
		require.Eventually(t, func() bool { return node.Pending() == 2 }, patient, 10*time.Millisecond)
		node.Mine()
		require.Equal(t, second, node.Included(signer(0).Address)[1])
	})
}
