package chain_test

import (
	"encoding/binary"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

func addresses(node *rpctest.Node, count int) []common.Address {
	list := make([]common.Address, count)
	for i := range list {
		binary.BigEndian.PutUint32(list[i][:], uint32(i)+1)
		node.Fund(list[i], big.NewInt(int64(i)))
	}
	return list
}

func requireBalances(t *testing.T, balances []*big.Int) {
	t.Helper()
	for i, balance := range balances {
		require.Equal(t, int64(i), balance.Int64())
	}
}

func TestAThousandBalancesAreThreeRequests(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.DeployMulticall(chain.DefaultMulticall)
		client := newClient(t, node, func(o *chain.Options) { o.ChainID, o.Timeout = 0, time.Minute })
		list := addresses(node, 1000)
		balances, err := client.Balances(t.Context(), list, "latest")
		require.NoError(t, err)
		requireBalances(t, balances)
		require.Equal(t, 3, node.Requests())
		balances, err = client.Balances(t.Context(), list, "latest")
		require.NoError(t, err)
		requireBalances(t, balances)
		require.Equal(t, 5, node.Requests(), "that the contract is there is known")
	})
}

func TestBalancesWithoutMulticall(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		client := newClient(t, node, func(o *chain.Options) { o.ChainID, o.Timeout = 0, time.Minute })
		balances, err := client.Balances(t.Context(), addresses(node, 1000), "latest")
		require.NoError(t, err)
		requireBalances(t, balances)
		require.Equal(t, 3, node.Requests())
		balances, err = client.Balances(t.Context(), nil, "latest")
		require.NoError(t, err)
		require.Empty(t, balances)
	})
}

func TestReadsFailOneByOne(t *testing.T) {
	t.Parallel()
	for name, deployed := range map[string]bool{"multicall": true, "batch": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				node := newNode(t)
				if deployed {
					node.DeployMulticall(chain.DefaultMulticall)
				}
				contract := common.HexToAddress("0xc0")
				node.Deploy(contract, func(input []byte) ([]byte, []byte) {
					if input[0] == 3 {
						return nil, []byte{0xde, 0xad, 0xbe, 0xef}
					}
					return input, nil
				})
				client := newClient(t, node, func(o *chain.Options) { o.BatchSize = 4 })
				calls := make([]chain.ReadCall, 10)
				for i := range calls {
					calls[i] = chain.ReadCall{To: contract, Data: []byte{byte(i)}}
				}
				results, err := client.Reads(t.Context(), calls, "latest")
				require.NoError(t, err)
				for i, result := range results {
					if i == 3 {
						require.Equal(t, fault.Revert, failure(t, result.Err).Kind)
						require.Equal(t, []byte{0xde, 0xad, 0xbe, 0xef}, chain.RevertOf(result.Err).Data)
						continue
					}
					require.Nil(t, result.Err)
					require.Equal(t, []byte{byte(i)}, result.Output)
				}
			})
		})
	}
}

func TestAMulticallTooLargeForTheNodeIsHalved(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.DeployMulticall(chain.DefaultMulticall)
		client := newClient(t, node)
		node.Fail("eth_call", rpctest.Refuse(-32000, "out of gas"), rpctest.Refuse(-32000, "out of gas"))
		balances, err := client.Balances(t.Context(), addresses(node, 100), "latest")
		require.NoError(t, err)
		requireBalances(t, balances)
	})
}

func TestSomethingElseAtMulticallsAddress(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		node := newNode(t)
		node.Deploy(chain.DefaultMulticall, func([]byte) ([]byte, []byte) { return []byte{1, 2, 3}, nil })
		_, err := newClient(t, node).Balances(t.Context(), addresses(node, 3), "latest")
		require.ErrorContains(t, err, "is not Multicall3: set multicallAddress")
	})
}
