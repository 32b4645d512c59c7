package chain_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
)

func TestFees(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.SetFees(big.NewInt(7e9), nil)
		node.Mine()
		client := newClient(t, node)
		fees, err := client.Fees(t.Context())
		require.NoError(t, err)
		require.Nil(t, fees.GasPrice)
		require.Equal(t, int64(1e9), fees.TipCap.Int64())
		require.Equal(t, int64(2*7e9+1e9), fees.FeeCap.Int64())
		before := node.Requests()
		for range 20 {
			_, err = client.Fees(t.Context())
			require.NoError(t, err)
		}
		require.Equal(t, before, node.Requests(), "the head is cached")
	})
}

func TestLegacyFees(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.Legacy = true
		client := newClient(t, node)
		fees, err := client.Fees(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(2e9), fees.GasPrice.Int64())
		hash := mustSend(t, client, transfer(signer(0), 1))
		node.Mine()
		require.Contains(t, node.Included(signer(0).Address), hash)
	})
}

func TestFeesTheCallerPartlyDecides(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node)
		for _, fees := range []chain.Fees{
			{GasPrice: big.NewInt(3e9)}, {FeeCap: big.NewInt(5e9)}, {TipCap: big.NewInt(2e9)}, {FeeCap: big.NewInt(1e8)},
		} {
			tx := transfer(signer(0), 1)
			tx.Fees = fees
			mustSend(t, client, tx)
		}
		node.Mine()
		require.Len(t, node.Included(signer(0).Address), 4)
	})
}
