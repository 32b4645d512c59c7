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

// Whatever the endpoint does, every accepted transaction is mined once, under nonces without gaps, and everything said to be refused is not
// mined.
func TestNoNonceIsLostOrUsedTwice(t *testing.T) {
	t.Parallel()
	misbehaviour := []*rpctest.Fault{
		rpctest.Drop, rpctest.Lose, rpctest.Half, rpctest.Cut, rpctest.WrongID, rpctest.TooMany(""), rpctest.TooMany("0.05"),
		rpctest.Status(503, ""), rpctest.Delay(20 * time.Millisecond), rpctest.Late(300 * time.Millisecond),
		rpctest.Refuse(-32005, "rate limited"), rpctest.Refuse(-32000, "nonce too low"), rpctest.Refuse(-32000, "nonce too high"),
		rpctest.Refuse(-32000, "replacement transaction underpriced"), rpctest.Refuse(-32000, "transaction underpriced"),
		rpctest.Refuse(-32003, "insufficient funds for transfer"), rpctest.Refuse(-32603, "internal error"),
	}
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			const accounts, each = 5, 100
			node := newNode(t)
			node.MineEvery(50 * time.Millisecond)
			client := newClient(t, node, func(o *chain.Options) { o.Timeout = 200 * time.Millisecond; o.RetryFor = 20 * time.Second })
			_, err := client.ChainID(t.Context())
			require.NoError(t, err)
			node.Chaos(seed, 0.25, misbehaviour...)

			outcomes := make([]chain.Sent, accounts*each)
			var group sync.WaitGroup
			for i := range outcomes {
				group.Go(func() {
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					outcomes[i] = client.Send(ctx, []chain.Tx{transfer(signer(byte(i%accounts)), int64(i+1))})[0]
				})
			}
			group.Wait()
			node.Chaos(seed, 0)

			accepted := map[common.Hash]bool{}
			refused := 0
			for _, outcome := range outcomes {
				if outcome.Err == nil {
					require.False(t, accepted[outcome.Hash], "two sends got one hash")
					accepted[outcome.Hash] = true
					continue
				}
				refused++
				require.Contains(t, []chain.Kind{chain.KindFunds, chain.KindProtocol, chain.KindNonce}, outcome.Err.Kind, outcome.Err.Error())
			}
			t.Logf("%d accepted, %d refused", len(accepted), refused)
			require.Greater(t, len(accepted), accounts*each/2)
			require.Eventually(t, func() bool { return allMined(node, accounts, accepted) }, 30*time.Second, 50*time.Millisecond, "a nonce is missing")

			mined, plugs := map[common.Hash]bool{}, 0
			for k := range byte(accounts) {
				for _, hash := range node.Included(signer(k).Address) { // checks that nonces are 0, 1, 2, ...
					require.False(t, mined[hash])
					mined[hash] = true
					if !accepted[hash] {
						plugs++
					}
				}
			}
			total := int64(0)
			for i, outcome := range outcomes {
				if outcome.Err == nil {
					total += int64(i + 1)
				}
			}
			require.Equal(t, total, node.Balance(recipient).Int64(), "money moved is money accepted: nothing twice, nothing refused")
			t.Logf("%d gaps plugged", plugs)
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
