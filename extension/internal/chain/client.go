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
	transport *transport
	ids       atomic.Uint64
	single    atomic.Bool // answers no batches
	chainID   cached[uint64]
	head      cached[*Head]
	tip       cached[*feeTip]
	codes     codes
	follower  *follower
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
		made, err := newTransport(options.URL)
		if err != nil {
			return nil, err
		}
		shared = &endpoint{transport: made, follower: newFollower()}
		r.endpoints[options.URL] = shared
	}
	return &Client{registry: r, endpoint: shared, options: options}, nil
}

// ready refuses to work with another chain than configured; it asks the endpoint once a process.
func (c *Client) ready(ctx context.Context) error {
	if c.options.ChainID == 0 {
		return nil
	}
	id, err := c.ChainID(ctx)
	if err != nil {
		return err
	}
	if id != c.options.ChainID {
		return fault.Newf(fault.Protocol, "RPC endpoint is chain %d, but CHAIN_ID says %d", id, c.options.ChainID)
	}
	return nil
}

// ChainID is the endpoint's chain id, whatever was configured; it is asked for once a process.
func (c *Client) ChainID(ctx context.Context) (uint64, error) {
	return c.endpoint.chainID.get(ctx, forever, func(ctx context.Context) (uint64, error) {
		var id quantity
		err := c.callInto(ctx, &id, "eth_chainId")
		return uint64(id), err
	})
}

// Call makes any JSON-RPC call. params must be a JSON array. A call that might not be repeatable is retried only when
// it cannot have been processed.
func (c *Client) Call(ctx context.Context, method string, params json.RawMessage) (json.RawMessage, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.call(ctx, Request{Method: method, Params: params})
}

// String names the endpoint without what may be secret.
func (c *Client) String() string { return fmt.Sprintf("client of %s", c.endpoint.transport.name) }

// cached holds one value that is fetched when it is missing or too old, once for all who ask at the same time.
type cached[T any] struct {
	mu       sync.Mutex
	value    T
	at       time.Time // zero: none
	fetching *fetching[T]
}

type fetching[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns a value not older than maxAge. The fetch outlives a caller who stops waiting, since others may wait for
// it too.
func (c *cached[T]) get(ctx context.Context, maxAge time.Duration, fetch func(context.Context) (T, error)) (T, error) {
	c.mu.Lock()
	if !c.at.IsZero() && time.Since(c.at) <= maxAge {
		defer c.mu.Unlock()
		return c.value, nil
	}
	current := c.fetching
	if current == nil {
		current = &fetching[T]{done: make(chan struct{})}
		c.fetching = current
		go c.fetch(context.WithoutCancel(ctx), current, fetch)
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

func (c *cached[T]) fetch(ctx context.Context, current *fetching[T], fetch func(context.Context) (T, error)) {
	defer func() {
		if r := recover(); r != nil {
			current.err = fault.OfPanic(r)
		}
		c.mu.Lock()
		c.fetching = nil
		if current.err == nil {
			c.value, c.at = current.value, time.Now()
		}
		c.mu.Unlock()
		close(current.done)
	}()
	current.value, current.err = fetch(ctx)
}

// set stores a value that became known otherwise.
func (c *cached[T]) set(value T) {
	c.mu.Lock()
	c.value, c.at = value, time.Now()
	c.mu.Unlock()
}

// forget makes the next get fetch.
func (c *cached[T]) forget() {
	c.mu.Lock()
	c.at = time.Time{}
	c.mu.Unlock()
}

// peek returns the value however old; false if there is none.
func (c *cached[T]) peek() (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.value, !c.at.IsZero()
}

// forever is the age limit of values that never change.
const forever = time.Duration(1<<63 - 1)

// Observer hears what happens on a caller's behalf. Its methods are called from any goroutine, also after the caller's
// context ended.
type Observer interface {
	// Request is one HTTP request, answered or not. method is the JSON-RPC method, with the suffix "_batch" for a batch of
	// it, or "batch".
	Request(method string, took time.Duration)
	// Failed is one call that failed for good, after its retries.
	Failed(method string, kind fault.Kind)
	// Retry is one failed attempt that is made again.
	Retry(method string, kind fault.Kind)
	// Block is a block number seen as the chain's head.
	Block(number uint64)
	// GapFilled is one nonce gap that was filled.
	GapFilled()
	// Transaction is an event in the life of a transaction of this process.
	Transaction(event TxEvent)
	// Mined follows TxIncluded and TxReverted. timeToMine: see Outcome.
	Mined(timeToMine time.Duration, gasUsed uint64)
}

// TxEvent is what became of a transaction. After TxSent comes one of the last four, for those that are waited for; a
// transaction without TxSent ends as TxRejected, or as TxTimedOut when the node could not be asked whether it has it.
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
	// Dial is used for connections opened for this caller; nil is Go's own dialer. Connections are shared by all callers
	// afterwards.
	Dial Dial
	// TLS is used by the endpoint's first caller for all.
	TLS *tls.Config
}

type callerKey struct{}

// WithCaller returns a context that carries caller.
func WithCaller(ctx context.Context, caller Caller) context.Context {
	if caller.Observer == nil {
		caller.Observer = nobody{}
	}
	return context.WithValue(ctx, callerKey{}, caller)
}

func callerOf(ctx context.Context) Caller {
	if caller, ok := ctx.Value(callerKey{}).(Caller); ok {
		return caller
	}
	return Caller{Observer: nobody{}}
}

func observerOf(ctx context.Context) Observer { return callerOf(ctx).Observer }

// nobody is the observer of those who named none.
type nobody struct{}

func (nobody) Request(string, time.Duration) {}
func (nobody) Failed(string, fault.Kind)     {}
func (nobody) Retry(string, fault.Kind)      {}
func (nobody) Block(uint64)                  {}
func (nobody) GapFilled()                    {}
func (nobody) Transaction(TxEvent)           {}
func (nobody) Mined(time.Duration, uint64)   {}
