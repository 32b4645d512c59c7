package chain_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
)

func TestAGapNobodyFillsIsPlugged(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		// Refuses the batch's every transaction.
		node.Fail("eth_sendRawTransaction", rpctest.Refuse(-32000, "exceeds block gas limit"))
		sent := client.Send(seen.watch(t.Context()), []chain.Tx{transfer(signer(0), 1)})
		require.NotNil(t, sent[0].Err)

		// Three at once, of which the first is refused: 1 and 2 are stuck behind 0.
		node.Fail("eth_sendRawTransaction", rpctest.RefuseFirst(-32000, "exceeds block gas limit"))
		sent = client.Send(
			seen.watch(t.Context()),
			[]chain.Tx{transfer(signer(0), 1), transfer(signer(0), 2), transfer(signer(0), 4)},
		)
		require.NotNil(t, sent[0].Err)
		require.Nil(t, sent[1].Err)
		node.Mine()
		require.Empty(t, node.Included(signer(0).Address))

		outcome, err := awaitMining(t.Context(), t, node, client, sent[2])
		require.NoError(t, err)
		require.True(t, outcome.Receipt.Succeeded)
		require.Len(t, node.Included(signer(0).Address), 3)
		require.Equal(t, int64(2+4), node.Balance(recipient).Int64())
		require.Eventually(t, func() bool { return seen.gaps() == 1 }, patient, 10*time.Millisecond)
	})
}

func TestTheNextSendFillsAGapForFree(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		node.Fail("eth_sendRawTransaction", rpctest.RefuseFirst(-32000, "exceeds block gas limit"))
		sent := client.Send(seen.watch(t.Context()), []chain.Tx{transfer(signer(0), 1), transfer(signer(0), 2)})
		require.NotNil(t, sent[0].Err)
		_, err := send(seen.watch(t.Context()), client, transfer(signer(0), 4))
		require.NoError(t, err)
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 2)
		time.Sleep(time.Second)
		require.Zero(t, seen.gaps())
		require.Zero(t, node.Pending())
	})
}

// A node that lost its pool gets the same transactions again: their callers hold their hashes.
func TestWhatTheNodeLostIsSentAgain(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		txs := make([]chain.Tx, 10)
		for i := range txs {
			txs[i] = transfer(signer(0), 1)
		}
		sent := client.Send(seen.watch(t.Context()), txs)
		node.Evict()
		outcome, err := awaitMining(seen.watch(t.Context()), t, node, client, sent[9])
		require.NoError(t, err)
		require.True(t, outcome.Receipt.Succeeded)
		require.Len(t, node.Included(signer(0).Address), 10)
		require.Equal(t, int64(10), node.Balance(recipient).Int64())
		require.Eventually(t, func() bool { return seen.gaps() == 10 }, patient, 10*time.Millisecond)
	})
}

func TestHealingSurvivesAnEmptyAccountAndADeadNode(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.RetryFor = 0 })
		node.Fail("eth_sendRawTransaction", rpctest.RefuseFirst(-32000, "exceeds block gas limit"))
		sent := client.Send(t.Context(), []chain.Tx{transfer(signer(0), 1), transfer(signer(0), 2)})
		require.Nil(t, sent[1].Err)
		node.Fund(signer(0).Address, recipient.Big()) // too little for gas: the plug is refused
		time.Sleep(700 * time.Millisecond)
		node.Chaos(1, 1, rpctest.Drop)
		time.Sleep(700 * time.Millisecond)
		node.Chaos(1, 0)
		node.Fund(signer(0).Address, ether)
		_, err := awaitMining(t.Context(), t, node, client, sent[1])
		require.NoError(t, err)
	})
}

// awaitMining waits for a transaction while blocks are made.
func awaitMining(
	ctx context.Context,
	t *testing.T,
	node *rpctest.Node,
	client *chain.Client,
	sent chain.Sent,
) (chain.Outcome, error) {
	t.Helper()
	require.Nil(t, sent.Err)
	node.MineEvery(50 * time.Millisecond)
	return client.Wait(ctx, sent.Hash, patient, 1)
}
