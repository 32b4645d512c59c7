package chain

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/onrush/onrush/extension/internal/fault"
)

// DefaultMulticall is where Multicall3 lives on most chains.
var DefaultMulticall = common.HexToAddress("0xcA11bde05977b3631167028862bE2a173976CA11")

// Options of a client. Zero values stand for the defaults in parentheses.
type Options struct {
	URL string
	// ChainID refuses any other chain (0: any).
	ChainID uint64
	// Multicall is Multicall3's address (DefaultMulticall).
	Multicall common.Address
	// Timeout of one HTTP request (3 s).
	Timeout time.Duration
	// RetryFor is how long a call is retried while its error is retryable (0: never).
	RetryFor time.Duration
	// PollingInterval between looks at the head (0: adapted to the block time).
	PollingInterval time.Duration
	Headers         map[string]string
	// BatchSize is the most calls in one batch or multicall (500).
	BatchSize int
}

// Registry is everything clients share in a process. Its zero value is not usable; see NewRegistry.
type Registry struct {
	mu        sync.Mutex
	endpoints map[string]*endpoint
	accounts  map[accountKey]*nonces
}

// NewRegistry returns an empty registry; a process has one.
func NewRegistry() *Registry {
	return &Registry{endpoints: map[string]*endpoint{}, accounts: map[accountKey]*nonces{}}
}

// endpoint is what all clients of one URL share.
type endpoint struct {
	wire    *transport
	ids     atomic.Uint64
	single  atomic.Bool // answers no batches
	chainID cell[uint64]
	head    cell[*Head]
	tip     cell[*feeTip]
	codes   codes
	follow  *follower
}

// Client makes calls to one endpoint with its own limits. It holds no connection and needs no closing.
type Client struct {
	registry *Registry
	endpoint *endpoint
	options  Options
}

// Client returns a client for options. It does no I/O.
func (r *Registry) Client(options Options) (*Client, error) {
	if options.Timeout <= 0 {
		options.Timeout = 3 * time.Second
	}
	if options.BatchSize <= 0 {
		options.BatchSize = 500
	}
	if options.Multicall == (common.Address{}) {
		options.Multicall = DefaultMulticall
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	shared := r.endpoints[options.URL]
	if shared == nil {
		wire, err := newTransport(options.URL)
		if err != nil {
			return nil, err
		}
		shared = &endpoint{wire: wire, follow: newFollower()}
		r.endpoints[options.URL] = shared
	}
	return &Client{registry: r, endpoint: shared, options: options}, nil
}

// ready refuses to work with another chain than configured; it asks the endpoint once a process.
func (c *Client) ready(ctx context.Context) *fault.Error {
	if c.options.ChainID == 0 {
		return nil
	}
	id, err := c.chain(ctx)
	if err != nil {
		return err
	}
	if id != c.options.ChainID {
		return fault.Newf(fault.Protocol, "RPC endpoint is chain %d, but CHAIN_ID says %d", id, c.options.ChainID)
	}
	return nil
}

// chain is the endpoint's chain id, whatever was configured.
func (c *Client) chain(ctx context.Context) (uint64, *fault.Error) {
	id, err := c.endpoint.chainID.get(ctx, forever, func(ctx context.Context) (uint64, error) {
		var id quantity
		if err := c.callInto(ctx, &id, "eth_chainId"); err != nil {
			return 0, err
		}
		return uint64(id), nil
	})
	if err != nil {
		return 0, fault.From(err)
	}
	return id, nil
}

// ChainID asks the endpoint for its chain id (once a process).
func (c *Client) ChainID(ctx context.Context) (uint64, error) {
	id, err := c.chain(ctx)
	if err != nil {
		return 0, err
	}
	return id, nil
}

// Call makes any JSON-RPC call. params must be a JSON array. A call that might not be repeatable is retried only when it cannot have been processed.
func (c *Client) Call(ctx context.Context, method string, params json.RawMessage) (json.RawMessage, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	result, err := c.call(ctx, Request{Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	return result, nil
}

// String names the endpoint without what may be secret.
func (c *Client) String() string { return fmt.Sprintf("client of %s", c.endpoint.wire.name) }

// cell holds one value that is fetched when it is missing or too old, once for all who ask at the same time.
type cell[T any] struct {
	mu     sync.Mutex
	value  T
	at     time.Time // zero: none
	flight *flight[T]
}

type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns a value not older than maxAge. The fetch outlives a caller who stops waiting, since others may wait for it too.
func (c *cell[T]) get(ctx context.Context, maxAge time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	if !c.at.IsZero() && time.Since(c.at) <= maxAge {
		defer c.mu.Unlock()
		return c.value, nil
	}
	current := c.flight
	if current == nil {
		current = &flight[T]{done: make(chan struct{})}
		c.flight = current
		go c.fly(context.WithoutCancel(ctx), current, fetch)
	}
	c.mu.Unlock()
	select {
	case <-current.done:
		return current.value, current.err
	case <-ctx.Done():
		var none T
		return none, fault.OfEnded(ctx)
	}
}

func (c *cell[T]) fly(ctx context.Context, current *flight[T], fetch func(context.Context) (T, error)) {
	defer func() {
		if r := recover(); r != nil {
			current.err = fault.OfPanic(r)
		}
		c.mu.Lock()
		c.flight = nil
		if current.err == nil {
			c.value, c.at = current.value, time.Now()
		}
		c.mu.Unlock()
		close(current.done)
	}()
	current.value, current.err = fetch(ctx)
}

// set stores a value that became known otherwise.
func (c *cell[T]) set(value T) {
	c.mu.Lock()
	c.value, c.at = value, time.Now()
	c.mu.Unlock()
}

// forget makes the next get fetch.
func (c *cell[T]) forget() {
	c.mu.Lock()
	c.at = time.Time{}
	c.mu.Unlock()
}

// peek returns the value however old; false if there is none.
func (c *cell[T]) peek() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, !c.at.IsZero()
}

// forever is the age limit of values that never change.
const forever = time.Duration(1<<63 - 1)

// Observer hears what happens on a caller's behalf. Its methods are called from any goroutine, also after the caller's context ended.
type Observer interface {
	// Request is one HTTP request, answered or not. method is the JSON-RPC method, with the suffix "_batch" for a batch of it, or "batch".
	Request(method string, took time.Duration)
	// Failed is one call that failed for good, after its retries.
	Failed(method string, kind fault.Kind)
	// Retry is one failed attempt that is made again.
	Retry(method string, kind fault.Kind)
	// Block is a block number seen as the chain's head.
	Block(number uint64)
	// Healed is one nonce gap that was filled.
	Healed()
	// Transaction is an event in the life of a transaction of this process.
	Transaction(event TxEvent)
	// Mined follows TxIncluded and TxReverted. timeToMine: see Outcome.
	Mined(timeToMine time.Duration, gasUsed uint64)
}

// TxEvent is what became of a transaction. After TxSent comes one of the last four, for those that are waited for; a transaction without
// TxSent ends as TxRejected, or as TxTimedOut when the node could not be asked whether it has it.
type TxEvent int

// The events of a transaction.
const (
	TxSent     TxEvent = iota // accepted by the node
	TxRejected                // certainly not accepted
	TxIncluded                // in a block, and succeeded
	TxReverted                // in a block, and reverted
	TxReplaced                // its nonce is used by another transaction
	TxTimedOut                // in no block within the time allowed
)

// Dial opens a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Caller is what a context carries about who is asking: how to reach the network and who hears about it.
type Caller struct {
	Observer Observer
	// Dial is used for connections opened for this caller; nil is Go's own dialer. Connections are shared by all callers afterwards.
	Dial Dial
	// TLS is used by the endpoint's first caller for all.
	TLS *tls.Config
}

type callerKey struct{}

// WithCaller returns a context that carries caller.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	if caller.Observer == nil {
		caller.Observer = deaf{}
	}
	return context.WithValue(ctx, callerKey{}, caller)
}

func callerOf(ctx context.Context) Caller {
	if caller, ok := ctx.Value(callerKey{}).(Caller); ok {
		return caller
	}
	return Caller{Observer: deaf{}}
}

func observerOf(ctx context.Context) Observer { return callerOf(ctx).Observer }

// deaf is the observer of those who named none.
type deaf struct{}

func (deaf) Request(string, time.Duration) {}
func (deaf) Failed(string, fault.Kind)     {}
func (deaf) Retry(string, fault.Kind)      {}
func (deaf) Block(uint64)                  {}
func (deaf) Healed()                       {}
func (deaf) Transaction(TxEvent)           {}
func (deaf) Mined(time.Duration, uint64)   {}
