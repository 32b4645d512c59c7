package chain_test

import (
	"context"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/fault"
)

func mustSend(t *testing.T, client *chain.Client, tx chain.Tx) common.Hash {
	t.Helper()
	hash, err := send(t.Context(), client, tx)
	require.NoError(t, err)
	return hash
}

func TestWaitsForInclusion(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		hash := mustSend(t, client, transfer(signer(0), 1))
		time.AfterFunc(200*time.Millisecond, node.Mine)
		outcome, err := client.Wait(seen.watch(t.Context()), hash, patient, 1)
		require.NoError(t, err)
		require.True(t, outcome.Receipt.Succeeded)
		require.Equal(t, hash, outcome.Receipt.TransactionHash)
		require.Equal(t, signer(0).Address, outcome.Receipt.From)
		require.Equal(t, recipient, *outcome.Receipt.To)
		require.Greater(t, outcome.TimeToMine, 150*time.Millisecond)
		require.Less(t, outcome.TimeToMine, 10*time.Second)
		require.Equal(t, map[chain.TxEvent]int{chain.TxIncluded: 1}, seen.events)
		require.Equal(t, []time.Duration{outcome.TimeToMine}, seen.mined)

		_, err = client.Wait(seen.watch(t.Context()), hash, patient, 1)
		require.NoError(t, err, "asking again is allowed")
		require.Equal(t, 1, seen.events[chain.TxIncluded], "and counted once")
	})
}

func TestManyWaitersCostTheNodeLittle(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.PollingInterval = 100 * time.Millisecond })
		txs := make([]chain.Tx, 300)
		for i := range txs {
			txs[i] = transfer(signer(byte(i%10)), 1)
		}
		warm := mustSend(t, client, transfer(signer(0), 1))
		node.Mine()
		_, err := client.Wait(t.Context(), warm, patient, 1)
		require.NoError(t, err)
		sent := client.Send(t.Context(), txs)
		before := node.Requests()
		time.AfterFunc(500*time.Millisecond, node.Mine)
		var group sync.WaitGroup
		for _, one := range sent {
			group.Go(func() {
				_, err := client.Wait(t.Context(), one.Hash, patient, 1)
				require.NoError(t, err)
			})
		}
		group.Wait()
		require.Less(t, node.Requests()-before, 100, "a look every 100 ms, and one batch of receipts")
		require.Equal(
			t,
			1+300,
			node.Calls("eth_getTransactionReceipt"),
			"a receipt is asked for once, when its block is seen",
		)
	})
}

func TestWaitersThatComeLate(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		before := mustSend(t, client, transfer(signer(0), 1))
		node.Mine()
		node.Mine()
		_, err := client.Wait(t.Context(), before, patient, 1)
		require.NoError(t, err, "included before the follower first started")

		rested := mustSend(t, client, transfer(signer(0), 1))
		for range 3 {
			node.Mine()
		}
		_, err = client.Wait(t.Context(), rested, patient, 1)
		require.NoError(t, err, "included while it rested")

		long := mustSend(t, client, transfer(signer(0), 1))
		for range 100 {
			node.Mine()
		}
		_, err = client.Wait(t.Context(), long, patient, 1)
		require.NoError(t, err, "included while it rested for long")

		stranger := newClient(t, node)
		outcome, err := stranger.Wait(t.Context(), before, patient, 1)
		require.NoError(t, err, "sent by another process")
		require.Zero(t, outcome.TimeToMine)

		foreign := mustSend(t, newClient(t, node), transfer(signer(1), 1))
		time.AfterFunc(100*time.Millisecond, node.Mine)
		_, err = client.Wait(t.Context(), foreign, patient, 1)
		require.NoError(t, err, "sent by another process and not yet included")
	})
}

func TestTheFollowerRestsWhenNobodyWaits(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		hash := mustSend(t, client, transfer(signer(0), 1))
		node.Mine()
		_, err := client.Wait(t.Context(), hash, patient, 1)
		require.NoError(t, err)
		time.Sleep(100 * time.Millisecond)
		before := node.Requests()
		time.Sleep(300 * time.Millisecond)
		require.Equal(t, before, node.Requests())
	})
}

func TestTimesOut(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		hash := mustSend(t, client, transfer(signer(0), 1))
		_, err := client.Wait(seen.watch(t.Context()), hash, 150*time.Millisecond, 1)
		require.Equal(t, fault.Timeout, failure(t, err).Kind)
		require.Equal(t, chain.ReasonUnconfirmed, failure(t, err).Reason)
		require.Equal(t, hash.Hex(), chain.TxHashOf(err))
		require.ErrorContains(t, err, "in no block after 150ms")
		require.Equal(t, map[chain.TxEvent]int{chain.TxTimedOut: 1}, seen.events)

		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err = client.Wait(ctx, hash, time.Minute, 1)
		require.Equal(t, fault.Ended, failure(t, err).Reason)

		node.Mine()
		_, err = client.Wait(seen.watch(t.Context()), hash, patient, 1)
		require.NoError(t, err)
		require.Equal(t, map[chain.TxEvent]int{chain.TxTimedOut: 1}, seen.events, "one outcome each")
	})
}

func TestReplaced(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		hash := mustSend(t, client, transfer(signer(0), 1))
		nonce := uint64(0)
		dearer := transfer(signer(0), 2)
		dearer.Nonce, dearer.Fees = &nonce, chain.Fees{FeeCap: big.NewInt(100e9), TipCap: big.NewInt(2e9)}
		mustSend(t, newClient(t, node), dearer)
		node.MineEvery(50 * time.Millisecond)
		_, err := client.Wait(seen.watch(t.Context()), hash, patient, 1)
		require.Equal(t, chain.ReasonReplaced, failure(t, err).Reason)
		require.Equal(t, fault.Nonce, failure(t, err).Kind)
		require.Equal(t, map[chain.TxEvent]int{chain.TxReplaced: 1}, seen.events)
	})
}
