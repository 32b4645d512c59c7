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
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

func TestSends(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		hash, err := send(t.Context(), client, transfer(signer(0), 42))
		require.NoError(t, err)
		node.Mine()
		require.Equal(t, []common.Hash{hash}, node.Included(signer(0).Address))
		require.Equal(t, int64(42), node.Balance(recipient).Int64())
		require.Zero(t, node.Calls("eth_estimateGas"), "a transfer has 21,000 gas")
	})
}

func TestConcurrentSendsGetConsecutiveNonces(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				_, err := send(t.Context(), client, transfer(signer(0), 1))
				require.NoError(t, err)
			})
		}
		group.Wait()
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 100)
		require.Equal(t, 1, node.Calls("eth_getTransactionCount"), "the account is asked for once")
	})
}

func TestSendsABatchInOrder(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		txs := make([]chain.Tx, 40)
		for i := range txs {
			txs[i] = transfer(signer(byte(i%2)), int64(i))
		}
		before := node.Requests()
		sent := client.Send(t.Context(), txs)
		node.Mine()
		for k := range 2 {
			var want []common.Hash
			for i := k; i < len(txs); i += 2 {
				require.Nil(t, sent[i].Err)
				want = append(want, sent[i].Hash)
			}
			require.Equal(t, want, node.Included(signer(byte(k)).Address))
		}
		require.Equal(t, 6, node.Requests()-before, "chain id, head, tip, two counts, and one batch")
	})
}

func TestOneBadTransactionOfABatch(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client, seen := newClient(t, node), newRecorder()
		poor := signer(77)
		sent := client.Send(
			seen.watch(t.Context()),
			[]chain.Tx{transfer(signer(0), 1), transfer(poor, 1), transfer(signer(0), 2)},
		)
		require.Nil(t, sent[0].Err)
		require.Equal(t, fault.Funds, failure(t, sent[1].Err).Kind)
		require.NotEmpty(t, chain.TxHashOf(sent[1].Err))
		require.Nil(t, sent[2].Err)
		require.Equal(t, map[chain.TxEvent]int{chain.TxSent: 2, chain.TxRejected: 1}, seen.events)
	})
}

func TestARefusedSendGivesItsNonceBack(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		node.Fail("eth_sendRawTransaction", rpctest.Refuse(-32000, "exceeds block gas limit"))
		_, err := send(t.Context(), client, transfer(signer(0), 1))
		require.Equal(t, fault.Protocol, failure(t, err).Kind)
		hash, err := send(t.Context(), client, transfer(signer(0), 2))
		require.NoError(t, err)
		node.Mine()
		require.Equal(t, []common.Hash{hash}, node.Included(signer(0).Address))
	})
}

func TestNoncesUsedElsewhere(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		ours, theirs := newClient(t, node), newClient(t, node)
		_, err := send(t.Context(), ours, transfer(signer(0), 1))
		require.NoError(t, err)
		for range 3 {
			_, err = send(t.Context(), theirs, transfer(signer(0), 1))
			require.NoError(t, err)
		}
		other := transfer(signer(0), 500) // ours thinks its nonce is 1, which is pending
		_, err = send(t.Context(), ours, other)
		require.NoError(t, err)
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 5)

		for range 3 { // and now mined ones
			_, err = send(t.Context(), theirs, transfer(signer(0), 1))
			require.NoError(t, err)
		}
		node.Mine()
		_, err = send(t.Context(), ours, transfer(signer(0), 700))
		require.NoError(t, err)
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 9)
		require.Equal(t, int64(7+500+700), node.Balance(recipient).Int64())
	})
}

func TestTheCallersOwnNonceIsNeverChanged(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		at := func(nonce uint64, wei int64) chain.Tx {
			tx := transfer(signer(0), wei)
			tx.Nonce = &nonce
			return tx
		}
		first, err := send(t.Context(), client, at(0, 1))
		require.NoError(t, err)
		again, err := send(t.Context(), client, at(0, 1))
		require.NoError(t, err, "the very same transaction is known")
		require.Equal(t, first, again)

		_, err = send(t.Context(), client, at(0, 2))
		require.Equal(t, chain.ReasonReplacementPrice, failure(t, err).Reason)
		node.Mine()
		_, err = send(t.Context(), client, at(0, 2))
		require.Equal(t, chain.ReasonNonceTooLow, failure(t, err).Reason)
		again, err = send(t.Context(), client, at(0, 1))
		require.NoError(t, err, "mined is as good as accepted")
		require.Equal(t, first, again)

		_, err = send(t.Context(), client, at(5, 4)) // waits for 1 to 4
		require.NoError(t, err)
		for range 5 { // managed ones go around it
			_, err = send(t.Context(), client, transfer(signer(0), 8))
			require.NoError(t, err)
		}
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 7)
		require.Equal(t, int64(1+4+5*8), node.Balance(recipient).Int64())
	})
}

func TestFeesThatBecameTooLow(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		_, err := send(t.Context(), client, transfer(signer(0), 1))
		require.NoError(t, err)
		node.Mine()
		node.SetFees(big.NewInt(50e9), big.NewInt(50e9)) // the cached head knows nothing of it
		node.Mine()
		_, err = send(t.Context(), client, transfer(signer(0), 1))
		require.NoError(t, err)

		tx := transfer(signer(0), 1)
		tx.Fees = chain.Fees{FeeCap: big.NewInt(1e9), TipCap: big.NewInt(1)}
		_, err = send(t.Context(), client, tx)
		require.Equal(t, chain.ReasonUnderpriced, failure(t, err).Reason, "fees the caller chose are not changed")
	})
}

func TestASignerThatPanicsOrFails(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		broken := signer(0)
		broken.Sign = func([]byte) ([]byte, error) { panic("boom") }
		_, err := send(t.Context(), client, chain.Tx{From: broken, To: &recipient})
		require.ErrorContains(t, err, "internal error: boom")
		broken.Sign = func([]byte) ([]byte, error) { return nil, context.Canceled }
		_, err = send(t.Context(), client, chain.Tx{From: broken, To: &recipient})
		require.Error(t, err)
		hash, err := send(t.Context(), client, transfer(signer(0), 1))
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			node.Mine()
			included := node.Included(signer(0).Address)
			return len(included) > 0 && included[len(included)-1] == hash
		}, patient, 50*time.Millisecond)
	})
}

func TestEstimatesWhatItIsNotTold(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		contract := common.HexToAddress("0xc0")
		node.Deploy(contract, func(input []byte) ([]byte, []byte) {
			if len(input) == 1 {
				return nil, []byte{0xde, 0xad, 0xbe, 0xef}
			}
			return []byte{1}, nil
		})
		client := newClient(t, node)
		hash, err := send(t.Context(), client, chain.Tx{From: signer(0), To: &contract, Data: []byte{1, 2}})
		require.NoError(t, err)
		node.Mine()
		outcome, err := client.Wait(t.Context(), hash, patient, 1)
		require.NoError(t, err)
		require.Equal(t, uint64(60_000), outcome.Receipt.GasUsed, "the test node uses the limit: its estimate and a fifth")

		_, err = send(t.Context(), client, chain.Tx{From: signer(0), To: &contract, Data: []byte{1}})
		require.Equal(t, fault.Revert, failure(t, err).Kind)
		require.Equal(t, []byte{0xde, 0xad, 0xbe, 0xef}, chain.RevertOf(err).Data)
		require.Zero(t, node.Pending(), "what would revert is not sent")

		hash, err = send(t.Context(), client, chain.Tx{From: signer(0), To: &contract, Data: []byte{1}, Gas: 80_000})
		require.NoError(t, err, "unless the gas limit is given")
		node.Mine()
		outcome, err = client.Wait(t.Context(), hash, patient, 1)
		require.NoError(t, err)
		require.False(t, outcome.Receipt.Succeeded)
		require.Equal(
			t,
			[]byte{0xde, 0xad, 0xbe, 0xef},
			chain.RevertOf(client.RevertReason(t.Context(), outcome.Receipt)).Data,
		)

		hash, err = send(t.Context(), client, chain.Tx{From: signer(0), Data: []byte{0x60}})
		require.NoError(t, err)
		node.Mine()
		outcome, err = client.Wait(t.Context(), hash, patient, 1)
		require.NoError(t, err)
		code, err := client.Code(t.Context(), *outcome.Receipt.ContractAddress, "latest")
		require.NoError(t, err)
		require.NotEmpty(t, code)
	})
}
