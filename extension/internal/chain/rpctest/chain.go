package rpctest

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
)

var signer = types.LatestSignerForChainID(big.NewInt(ChainID))

// accept puts a raw transaction into the pool.
func (n *Node) accept(raw []byte) (any, *Failure) {
	tx := new(types.Transaction)
	if err := tx.UnmarshalBinary(raw); err != nil {
		return nil, &Failure{Code: -32602, Message: "failed to decode transaction: " + err.Error()}
	}
	from, err := types.Sender(signer, tx)
	if err != nil {
		return nil, &Failure{Code: -32000, Message: "invalid sender: " + err.Error()}
	}
	if n.pool[tx.Hash()] != nil {
		return nil, &Failure{Code: -32000, Message: "already known"}
	}
	account := n.account(from)
	if failure := n.check(tx, account); failure != nil {
		return nil, failure
	}
	if other := account.pool[tx.Nonce()]; other != nil {
		bump := new(big.Int).Div(new(big.Int).Mul(other.tx.GasFeeCap(), big.NewInt(110)), big.NewInt(100))
		if tx.GasFeeCap().Cmp(bump) < 0 {
			return nil, &Failure{Code: -32000, Message: "replacement transaction underpriced"}
		}
		delete(n.pool, other.tx.Hash())
	}
	item := &entry{tx: tx, from: from}
	account.pool[tx.Nonce()], n.pool[tx.Hash()] = item, item
	if n.Automine {
		n.mine()
	}
	return tx.Hash().Hex(), nil
}

func (n *Node) check(tx *types.Transaction, account *state) *Failure {
	cost := tx.Cost()
	switch next := n.pendingNonce(account); {
	case tx.Nonce() < account.nonce:
		return &Failure{
			Code:    -32000,
			Message: fmt.Sprintf("nonce too low: next nonce %d, tx nonce %d", account.nonce, tx.Nonce()),
		}
	case n.MaxAhead > 0 && tx.Nonce() > next+n.MaxAhead:
		return &Failure{Code: -32000, Message: "nonce too high"}
	case account.balance.Cmp(cost) < 0:
		return &Failure{
			Code:    -32003,
			Message: fmt.Sprintf("insufficient funds for gas * price + value: have %s want %s", account.balance, cost),
		}
	case tx.Gas() < 21_000:
		return &Failure{Code: -32000, Message: "intrinsic gas too low"}
	case n.minPrice != nil && tx.GasFeeCap().Cmp(n.minPrice) < 0:
		return &Failure{Code: -32000, Message: "transaction underpriced"}
	}
	return nil
}

func (n *Node) pendingNonce(account *state) uint64 {
	next := account.nonce
	for account.pool[next] != nil {
		next++
	}
	return next
}

// Mine makes a block of what is ready in the pool.
func (n *Node) Mine() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.mine()
}

// MineSkipping makes a block whose number is the last one's + 1 + skipped; the numbers between have no block.
func (n *Node) MineSkipping(skipped uint64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.append(n.head().number+1+skipped, n.ready())
}

func (n *Node) mine() { n.append(n.head().number+1, n.ready()) }

// ready takes from the pool what can be mined, in each account's order of nonces.
func (n *Node) ready() []*entry {
	var ready []*entry
	addresses := slices.SortedFunc(maps.Keys(n.accounts), common.Address.Cmp)
	for _, address := range addresses {
		account := n.accounts[address]
		for item := account.pool[account.nonce]; item != nil; item = account.pool[account.nonce] {
			delete(account.pool, account.nonce)
			delete(n.pool, item.tx.Hash())
			account.nonce++
			n.apply(item)
			ready = append(ready, item)
		}
	}
	return ready
}

// apply moves money and runs the contract.
func (n *Node) apply(item *entry) {
	tx := item.tx
	from := n.account(item.from)
	gas := new(big.Int).Mul(new(big.Int).SetUint64(tx.Gas()), n.baseFee)
	from.balance.Sub(from.balance, gas)
	if tx.To() == nil {
		address := crypto.CreateAddress(item.from, tx.Nonce())
		item.contract, n.code[address] = &address, []byte{0xfe}
		return
	}
	if contract := n.contract[*tx.To()]; contract != nil {
		output, revert := contract(tx.Data())
		item.reverted = revert != nil
		if output != nil && !item.reverted {
			item.logs = []any{
				map[string]any{
					"address":  tx.To(),
					"topics":   []common.Hash{crypto.Keccak256Hash([]byte("Called()"))},
					"data":     hex(output),
					"logIndex": "0x0",
				},
			}
		}
	}
	if !item.reverted {
		from.balance.Sub(from.balance, tx.Value())
		to := n.account(*tx.To())
		to.balance.Add(to.balance, tx.Value())
	}
}

func (n *Node) head() *block { return n.blocks[len(n.blocks)-1] }

func (n *Node) append(number uint64, txs []*entry) {
	b := &block{number: number, txs: txs, timestamp: uint64(time.Now().Unix()), baseFee: n.baseFee}
	if len(n.blocks) > 0 {
		b.parent = n.head().hash
	}
	seed := binary.BigEndian.AppendUint64(b.parent.Bytes(), number)
	n.made++
	seed = binary.BigEndian.AppendUint64(seed, n.made) // a block of the same number after a reorganisation is another one
	b.hash = crypto.Keccak256Hash(seed)
	for i, item := range txs {
		item.block, item.index = b, i
		n.mined[item.tx.Hash()] = item
	}
	n.blocks = append(n.blocks, b)
	n.byNumber[number] = b
}

// Reorg replaces the last depth blocks by as many empty ones; their transactions go back to the pool.
func (n *Node) Reorg(depth int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	gone := slices.Clone(n.blocks[len(n.blocks)-depth:])
	n.blocks = n.blocks[:len(n.blocks)-depth]
	for _, b := range gone {
		for _, item := range b.txs {
			account := n.account(item.from)
			account.nonce = min(account.nonce, item.tx.Nonce())
			account.pool[item.tx.Nonce()], n.pool[item.tx.Hash()] = item, item
			item.block = nil
			delete(n.mined, item.tx.Hash())
		}
		delete(n.byNumber, b.number)
	}
	for _, b := range gone {
		n.append(b.number, nil)
	}
}

// Evict drops everything from the pool, as a node with a full pool or a restarted one does.
func (n *Node) Evict() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, account := range n.accounts {
		clear(account.pool)
	}
	clear(n.pool)
}

// SetFees sets the base fee and the least price the pool takes.
func (n *Node) SetFees(base, least *big.Int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.baseFee, n.minPrice = base, least
}

// Included lists the hashes in an account's mined order; the index is the nonce.
func (n *Node) Included(address common.Address) []common.Hash {
	n.mu.Lock()
	defer n.mu.Unlock()
	var hashes []common.Hash
	for _, b := range n.blocks {
		for _, item := range b.txs {
			if item.from == address {
				if item.tx.Nonce() != uint64(len(hashes)) {
					panic("mined out of order")
				}
				hashes = append(hashes, item.tx.Hash())
			}
		}
	}
	return hashes
}

// Pending is how many transactions wait in the pool.
func (n *Node) Pending() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.pool)
}

// Balance of an account in wei.
func (n *Node) Balance(address common.Address) *big.Int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return new(big.Int).Set(n.account(address).balance)
}

// Head is the newest block's number.
func (n *Node) Head() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.head().number
}
