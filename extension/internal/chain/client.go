package chain

import (
	"context"
	"encoding/json"
	"fmt"
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
