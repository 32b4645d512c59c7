package chain_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
)

// Whatever the endpoint does, every accepted transaction is mined once, under nonces without gaps, and everything said
// to be refused is not mined.
func TestNoNonceIsLostOrUsedTwice(t *testing.T) {
	t.Parallel()
	misbehaviour := []*rpctest.Fault{
		rpctest.Drop,
		rpctest.Lose,
		rpctest.Half,
		rpctest.Cut,
		rpctest.WrongID,
		rpctest.TooMany(""),
		rpctest.TooMany("0.05"),
		rpctest.Status(503, ""),
		rpctest.Delay(20 * time.Millisecond),
		rpctest.Late(1200 * time.Millisecond),
		rpctest.Refuse(
			-32005,
			"rate limited",
		),
		rpctest.RefuseSend(-32000, "nonce too low"),
		rpctest.RefuseSend(-32000, "nonce too high"),
		rpctest.RefuseSend(
			-32000,
			"replacement transaction underpriced",
		),
		rpctest.RefuseSend(-32000, "transaction underpriced"),
		rpctest.RefuseSend(-32003, "insufficient funds for transfer"),
		rpctest.RefuseSend(-32603, "internal error"),
	}
	for seed, batch := range []int{1, 1, 20, 7} {
		t.Run(fmt.Sprintf("seed %d, %d at a time", seed, batch), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				const accounts, each = 5, 100
				node := newNode(t)
				node.MineEvery(50 * time.Millisecond)
				client := newClient(t, node, func(o *chain.Options) { o.Timeout = time.Second; o.RetryFor = time.Minute })
				_, err := client.ChainID(t.Context())
				require.NoError(t, err)
				node.Chaos(uint64(seed), 0.25, misbehaviour...)

				outcomes := make([]chain.Sent, accounts*each)
				var group sync.WaitGroup
				for from := 0; from < len(outcomes); from += batch {
					to := min(from+batch, len(outcomes))
					txs := make([]chain.Tx, 0, batch)
					for i := from; i < to; i++ {
						txs = append(txs, transfer(signer(byte(i%accounts)), int64(i+1)))
					}
					group.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
						defer cancel()
						copy(outcomes[from:to], client.Send(ctx, txs))
					})
				}
				group.Wait()
				node.Chaos(0, 0)

				accepted, doubtful := map[common.Hash]bool{}, map[common.Hash]int64{}
				var refused []common.Hash
				for i, outcome := range outcomes {
					switch {
					case outcome.Err == nil:
						require.False(t, accepted[outcome.Hash], "two sends got one hash")
						accepted[outcome.Hash] = true
					case failure(t, outcome.Err).Reason == chain.ReasonInDoubt:
						doubtful[common.HexToHash(chain.TxHashOf(outcome.Err))] = int64(i + 1)
					default:
						refused = append(refused, common.HexToHash(chain.TxHashOf(outcome.Err)))
					}
				}
				t.Logf("%d accepted, %d refused, %d in doubt", len(accepted), len(refused), len(doubtful))
				require.Greater(t, len(accepted), accounts*each/2)
				require.Eventually(
					t,
					func() bool { return allMined(node, accounts, accepted) },
					patient,
					50*time.Millisecond,
					"a nonce is missing",
				)

				mined, plugs := map[common.Hash]bool{}, 0
				for k := range byte(accounts) {
					for _, hash := range node.Included(signer(k).Address) { // checks that nonces are 0, 1, 2, ...
						require.False(t, mined[hash])
						mined[hash] = true
						if _, doubt := doubtful[hash]; !doubt && !accepted[hash] {
							plugs++
						}
					}
				}
				for _, hash := range refused {
					require.False(t, mined[hash], "refused and yet mined")
				}
				total := int64(0)
				for hash, wei := range doubtful {
					if mined[hash] {
						total += wei
					}
				}
				for i, outcome := range outcomes {
					if outcome.Err == nil {
						total += int64(i + 1)
					}
				}
				require.Equal(
					t,
					total,
					node.Balance(recipient).Int64(),
					"money moved is money accepted: nothing twice, nothing refused",
				)
				t.Logf("%d gaps plugged; misbehaved: %v", plugs, node.Struck())
			})
		})
	}
}

func allMined(node *rpctest.Node, accounts byte, accepted map[common.Hash]bool) bool {
	found := 0
	for k := range accounts {
		for _, hash := range node.Included(signer(k).Address) {
			if accepted[hash] {
				found++
			}
		}
	}
	return found == len(accepted) && node.Pending() == 0
}
