package chain_test

import (
	"context"
	"crypto/ecdsa"
	"math/big"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/chain"
	"github.com/onrush/onrush/extension/internal/chain/rpctest"
	"github.com/onrush/onrush/extension/internal/fault"
)

var ether = new(big.Int).Exp(big.NewInt(10), big.NewInt(18), nil)

// patient is how long tests wait for what must come, by the clock of their bubble.
const patient = 40 * time.Second

// inBubble runs a test with a clock of its own, which moves when everything waits: nothing depends on how fast the
// machine is.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// signer k is the same in every test.
func signer(k byte) chain.Signer {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte{'o', 'n', 'r', 'u', 's', 'h', k}))
	if err != nil {
		panic(err)
	}
	return signerOf(key)
}

func signerOf(key *ecdsa.PrivateKey) chain.Signer {
	return chain.Signer{
		Address: crypto.PubkeyToAddress(key.PublicKey),
		Sign:    func(hash []byte) ([]byte, error) { return crypto.Sign(hash, key) },
	}
}

// newNode is a node on which the first accounts have 1,000 ether each.
func newNode(t testing.TB) *rpctest.Node {
	t.Helper()
	t.Cleanup(func() { time.Sleep(15 * time.Minute) }) // after the node's own: whoever still asks for something gives up
	node := rpctest.NewInMemory(t)
	for k := range byte(10) {
		node.Fund(signer(k).Address, new(big.Int).Mul(ether, big.NewInt(1000)))
	}
	return node
}

// newClient is a client of its own process, as it were.
func newClient(t testing.TB, node *rpctest.Node, change ...func(*chain.Options)) *chain.Client {
	t.Helper()
	options := chain.Options{
		URL:             node.URL,
		ChainID:         rpctest.ChainID,
		Timeout:         10 * time.Second,
		RetryFor:        30 * time.Second,
		PollingInterval: 10 * time.Millisecond,
	}
	for _, change := range change {
		change(&options)
	}
	client, err := chain.NewRegistry().Client(options)
	require.NoError(t, err)
	chain.DialWith(client, node.Dial)
	return client
}

var recipient = common.HexToAddress("0x00000000000000000000000000000000000000aa")

func transfer(from chain.Signer, wei int64) chain.Tx {
	return chain.Tx{From: from, To: &recipient, Value: big.NewInt(wei)}
}

// send sends one transaction.
func send(ctx context.Context, client *chain.Client, tx chain.Tx) (common.Hash, error) {
	sent := client.Send(ctx, []chain.Tx{tx})[0]
	if sent.Err != nil {
		return common.Hash{}, sent.Err
	}
	return sent.Hash, nil
}

func failure(t testing.TB, err error) *fault.Error {
	t.Helper()
	require.Error(t, err)
	var typed *fault.Error
	require.ErrorAs(t, err, &typed)
	return typed
}

// recorder is an observer that counts.
type recorder struct {
	mu       sync.Mutex
	requests map[string]int
	failed   map[fault.Kind]int
	retries  map[fault.Kind]int
	filled   int
	events   map[chain.TxEvent]int
	mined    []time.Duration
}

func newRecorder() *recorder {
	return &recorder{
		requests: map[string]int{},
		failed:   map[fault.Kind]int{},
		retries:  map[fault.Kind]int{},
		events:   map[chain.TxEvent]int{},
	}
}

func (r *recorder) watch(ctx context.Context) context.Context {
	return chain.WithCaller(ctx, chain.Caller{Observer: r})
}

func (r *recorder) Request(method string, _ time.Duration) { r.count(func() { r.requests[method]++ }) }
func (r *recorder) Failed(_ string, kind fault.Kind)       { r.count(func() { r.failed[kind]++ }) }
func (r *recorder) Retry(_ string, kind fault.Kind)        { r.count(func() { r.retries[kind]++ }) }
func (r *recorder) Block(uint64)                           {}
func (r *recorder) GapFilled()                             { r.count(func() { r.filled++ }) }
func (r *recorder) Transaction(event chain.TxEvent)        { r.count(func() { r.events[event]++ }) }
func (r *recorder) Mined(took time.Duration, _ uint64) {
	r.count(func() { r.mined = append(r.mined, took) })
}

func (r *recorder) count(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
}

func (r *recorder) gaps() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.filled
}
