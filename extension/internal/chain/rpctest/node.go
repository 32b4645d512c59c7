// Package rpctest is a small Ethereum node for tests: real transactions with recovered senders, a pool ordered by
// nonce, blocks on demand or on a clock, over real HTTP. It misbehaves on request (faults.go), and remembers what truly
// happened for tests to compare with.
package rpctest

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// ChainID of every node.
const ChainID = 14800

// Contract answers calls to an address: output, or the data of a revert.
type Contract func(input []byte) (output []byte, revert []byte)

// Node is the chain and its server. The exported fields are settings; set them before use.
type Node struct {
	URL string
	// Legacy has no base fee.
	Legacy bool
	// NoBatch answers batches with a single error, as some gateways do.
	NoBatch bool
	// NoNull says "not found" with an error where others answer null.
	NoNull bool
	// MaxAhead refuses nonces further above the account's next one ("nonce too high"); 0 takes any.
	MaxAhead uint64
	// Automine makes a block of every transaction before its answer is sent.
	Automine bool

	mu       sync.Mutex
	accounts map[common.Address]*state
	code     map[common.Address][]byte
	contract map[common.Address]Contract
	pool     map[common.Hash]*entry
	mined    map[common.Hash]*entry
	blocks   []*block
	byNumber map[uint64]*block
	made     uint64 // blocks so far, those of a reorganisation too
	baseFee  *big.Int
	minPrice *big.Int
	faults   faults
	calls    map[string]int
	requests int
	pipes    *pipes // nil: over TCP
	stop     chan struct{}
	open     sync.WaitGroup
}

type state struct {
	balance *big.Int
	nonce   uint64
	pool    map[uint64]*entry
}

type entry struct {
	tx       *types.Transaction
	from     common.Address
	block    *block
	index    int
	reverted bool
	contract *common.Address
	logs     []any
}

type block struct {
	number    uint64
	hash      common.Hash
	parent    common.Hash
	timestamp uint64
	txs       []*entry
	baseFee   *big.Int
}

// New starts a node with an empty block 0; it ends with the test.
func New(t testing.TB) *Node {
	t.Helper()
	node := newNode()
	server := httptest.NewServer(http.HandlerFunc(node.serve))
	node.URL = server.URL
	t.Cleanup(func() {
		close(node.stop)
		node.open.Wait()
		server.CloseClientConnections()
		server.Close()
	})
	return node
}

func newNode() *Node {
	node := &Node{
		accounts: map[common.Address]*state{}, code: map[common.Address][]byte{}, contract: map[common.Address]Contract{},
		pool: map[common.Hash]*entry{}, mined: map[common.Hash]*entry{}, byNumber: map[uint64]*block{},
		baseFee: big.NewInt(1_000_000_000), calls: map[string]int{}, stop: make(chan struct{}),
	}
	node.append(0, nil)
	return node
}

// Fund sets an account's balance in wei.
func (n *Node) Fund(address common.Address, wei *big.Int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.account(address).balance = new(big.Int).Set(wei)
}

// Deploy puts a contract at address.
func (n *Node) Deploy(address common.Address, contract Contract) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.contract[address], n.code[address] = contract, []byte{0xfe}
}

// MineEvery makes blocks on a clock until the test ends.
func (n *Node) MineEvery(interval time.Duration) {
	n.open.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				n.Mine()
			case <-n.stop:
				return
			}
		}
	})
}

// Calls is how often a method was called, in batches or alone, also where a fault hid it from the chain.
func (n *Node) Calls(method string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls[method]
}

// Requests is how many HTTP requests arrived.
func (n *Node) Requests() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.requests
}

func (n *Node) account(address common.Address) *state {
	account := n.accounts[address]
	if account == nil {
		account = &state{balance: new(big.Int), pool: map[uint64]*entry{}}
		n.accounts[address] = account
	}
	return account
}

type call struct {
	ID     json.RawMessage   `json:"id"`
	Method string            `json:"method"`
	Params []json.RawMessage `json:"params"`
}

type reply struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  any             `json:"result,omitempty"`
	Error   *Failure        `json:"error,omitempty"`
}

// Failure is a JSON-RPC error object.
type Failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Data    any    `json:"data,omitempty"`
}

// null is a result that must be written: omitempty drops nil.
var null = json.RawMessage("null")

func (n *Node) serve(w http.ResponseWriter, r *http.Request) {
	var raw json.RawMessage
	if json.NewDecoder(r.Body).Decode(&raw) != nil {
		http.Error(w, "not JSON", http.StatusBadRequest)
		return
	}
	var calls []call
	batch := raw[0] == '['
	if !batch {
		calls = make([]call, 1)
	}
	if batch && json.Unmarshal(raw, &calls) != nil || !batch && json.Unmarshal(raw, &calls[0]) != nil {
		http.Error(w, "not JSON-RPC", http.StatusBadRequest)
		return
	}
	fault := n.arrive(calls)
	if batch && n.NoBatch {
		_ = json.NewEncoder(w).
			Encode(reply{Version: "2.0", ID: null, Error: &Failure{Code: -32600, Message: "batch requests are not supported"}})
		return
	}
	n.answer(w, r, calls, batch, fault)
}

// arrive counts and picks the fault.
func (n *Node) arrive(calls []call) *Fault {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.requests++
	for _, call := range calls {
		n.calls[call.Method]++
	}
	return n.faults.pick(calls)
}

// process runs calls on the chain.
func (n *Node) process(calls []call, item func(method string) *Failure) []reply {
	n.mu.Lock()
	defer n.mu.Unlock()
	replies := make([]reply, len(calls))
	for i, call := range calls {
		replies[i] = reply{Version: "2.0", ID: call.ID}
		failure := item(call.Method)
		if failure == nil {
			replies[i].Result, failure = n.run(call)
		}
		if failure == nil && replies[i].Result == nil && n.NoNull {
			failure = &Failure{Code: -32000, Message: "not found"}
		}
		if failure != nil {
			replies[i].Result, replies[i].Error = nil, failure
		} else if replies[i].Result == nil {
			replies[i].Result = null
		}
	}
	return replies
}
