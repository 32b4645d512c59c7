package chain_test

import (
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

func TestSkippedBlockNumbers(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		var hashes []common.Hash
		send := func() { hashes = append(hashes, mustSend(t, client, transfer(signer(0), 1))) }
		send()
		var group sync.WaitGroup
		wait := func() {
			hash := hashes[len(hashes)-1]
			group.Go(func() {
				_, err := client.Wait(t.Context(), hash, patient, 1)
				require.NoError(t, err)
			})
		}
		wait()
		time.Sleep(100 * time.Millisecond)
		for _, skipped := range []uint64{0, 1, 5, 0, 70} {
			node.MineSkipping(skipped)
			send()
			wait()
			time.Sleep(50 * time.Millisecond)
		}
		node.MineSkipping(3)
		group.Wait()
		require.Equal(
			t,
			1+len(hashes),
			node.Calls("eth_getTransactionReceipt"),
			"one look at the start; then no block was missed",
		)
	})
}

func TestSilentNode(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.Timeout = 300 * time.Millisecond })
		first := mustSend(t, client, transfer(signer(0), 1))
		result := make(chan error, 1)
		go func() {
			_, err := client.Wait(t.Context(), first, patient, 1)
			result <- err
		}()
		time.Sleep(100 * time.Millisecond)
		node.Silence(2 * time.Second)
		for range 40 {
			node.Mine()
		}
		require.NoError(t, <-result, "it catches up")
	})
}

func TestReorganisation(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		hash := mustSend(t, client, transfer(signer(0), 1))
		result := make(chan chain.Outcome, 1)
		go func() {
			outcome, err := client.Wait(t.Context(), hash, patient, 4)
			require.NoError(t, err)
			result <- outcome
		}()
		time.Sleep(100 * time.Millisecond)
		node.Mine()
		node.Mine()
		time.Sleep(200 * time.Millisecond) // seen with two confirmations
		node.Reorg(2)                      // gone again
		node.Mine()                        // and in another block
		time.Sleep(200 * time.Millisecond)
		require.Empty(t, result, "one confirmation is not four")
		for range 3 {
			node.Mine()
		}
		require.Equal(t, uint64(3), (<-result).Receipt.BlockNumber)
	})
}

func TestFollowsThroughMisbehaviour(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.MineEvery(30 * time.Millisecond)
		client := newClient(t, node, func(o *chain.Options) { o.Timeout = 200 * time.Millisecond })
		_, err := client.ChainID(t.Context())
		require.NoError(t, err)
		node.Chaos(
			7,
			0.3,
			rpctest.Drop,
			rpctest.Lose,
			rpctest.Half,
			rpctest.Cut,
			rpctest.WrongID,
			rpctest.TooMany(""),
			rpctest.Status(503, ""),
			rpctest.Late(300*time.Millisecond),
			rpctest.Refuse(-32000, "header not found"),
			rpctest.HTML,
			rpctest.Shuffled,
		)
		var group sync.WaitGroup
		for i := range 100 {
			group.Go(func() {
				hash, err := send(t.Context(), client, transfer(signer(byte(i%10)), 1))
				if err != nil { // an HTML page is final
					require.Equal(t, fault.Protocol, failure(t, err).Kind)
					return
				}
				_, err = client.Wait(t.Context(), hash, patient, 1)
				require.NoError(t, err)
			})
		}
		group.Wait()
	})
}

func TestNodesThatSayNotFoundWithAnError(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.NoNull = true
		client := newClient(t, node)
		for range 3 {
			hash := mustSend(t, client, transfer(signer(0), 1))
			time.AfterFunc(50*time.Millisecond, node.Mine)
			_, err := client.Wait(t.Context(), hash, patient, 1)
			require.NoError(t, err)
		}
		node.Fail("eth_sendRawTransaction", rpctest.Lose, rpctest.Drop)
		mustSend(t, client, transfer(signer(0), 1))
	})
}
