package chain

import (
	"context"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"github.com/onrush/onrush/extension/internal/fault"
)

// latest is the newest block, as JSON-RPC names it.
const latest = "latest"

// Head is what a block says about the chain, without its transactions.
type Head struct {
	Number    uint64
	Hash      common.Hash
	Parent    common.Hash
	GasLimit  uint64
	Timestamp uint64
	// BaseFee is nil on a chain without EIP-1559.
	BaseFee *big.Int
}

// block is a hash-only block as JSON-RPC gives it.
type block struct {
	Number       quantity      `json:"number"`
	Hash         common.Hash   `json:"hash"`
	Parent       common.Hash   `json:"parentHash"`
	GasLimit     quantity      `json:"gasLimit"`
	Timestamp    quantity      `json:"timestamp"`
	BaseFee      *amount       `json:"baseFeePerGas"`
	Transactions []common.Hash `json:"transactions"`
}

func (b *block) head() *Head {
	head := &Head{
		Number:    uint64(b.Number),
		Hash:      b.Hash,
		Parent:    b.Parent,
		GasLimit:  uint64(b.GasLimit),
		Timestamp: uint64(b.Timestamp),
	}
	if b.BaseFee != nil {
		head.BaseFee = b.BaseFee.big()
	}
	return head
}

// ask is callInto for callers outside: the chain is checked first.
func (c *Client) ask(ctx context.Context, target any, method string, params ...any) error {
	if err := c.ready(ctx); err != nil {
		return err
	}
	return c.callInto(ctx, target, method, params...)
}

// BlockNumber is the number of the newest block.
func (c *Client) BlockNumber(ctx context.Context) (uint64, error) {
	var number quantity
	if err := c.ask(ctx, &number, "eth_blockNumber"); err != nil {
		return 0, err
	}
	observerOf(ctx).Block(uint64(number))
	return uint64(number), nil
}

// Header reads the header of a block now: a tag such as "latest", or a number in hex, as JSON-RPC writes it.
func (c *Client) Header(ctx context.Context, block string) (*Head, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	return c.readHeader(ctx, block)
}

func (c *Client) readHeader(ctx context.Context, wanted string) (*Head, error) {
	var found *block
	if err := c.callInto(ctx, &found, "eth_getBlockByNumber", wanted, false); err != nil {
		return nil, err
	}
	newest := wanted == latest
	if found == nil {
		return nil, &fault.Error{
			Kind:      fault.Protocol,
			Retryable: newest,
			Message:   fmt.Sprintf("%s has no block %s", c.endpoint.transport.name, wanted),
		}
	}
	head := found.head()
	if newest {
		c.sawHead(ctx, head)
	}
	return head, nil
}

// sawHead makes a header known to all who need fees.
func (c *Client) sawHead(ctx context.Context, head *Head) {
	if known, ok := c.endpoint.head.peek(); !ok || head.Number >= known.Number || known.Number-head.Number > 8 {
		c.endpoint.head.set(head)
	}
	observerOf(ctx).Block(head.Number)
}

// Balance in wei at a block: a tag, or a number in hex.
func (c *Client) Balance(ctx context.Context, address common.Address, block string) (*big.Int, error) {
	var balance amount
	if err := c.ask(ctx, &balance, "eth_getBalance", address, block); err != nil {
		return nil, err
	}
	return balance.big(), nil
}

// TransactionCount is the next nonce of address at a block; "pending" counts what waits in the node's pool.
func (c *Client) TransactionCount(ctx context.Context, address common.Address, block string) (uint64, error) {
	var count quantity
	err := c.ask(ctx, &count, "eth_getTransactionCount", address, block)
	return uint64(count), err
}

// Code deployed at address at a block; empty if there is none.
func (c *Client) Code(ctx context.Context, address common.Address, block string) ([]byte, error) {
	var code hexutil.Bytes
	err := c.ask(ctx, &code, "eth_getCode", address, block)
	return code, err
}

// GasPrice as the node suggests it.
func (c *Client) GasPrice(ctx context.Context) (*big.Int, error) {
	var price amount
	if err := c.ask(ctx, &price, "eth_gasPrice"); err != nil {
		return nil, err
	}
	return price.big(), nil
}

// Read runs a contract's function on the state at a block and returns its output. from may be nil.
func (c *Client) Read(
	ctx context.Context, from *common.Address, to common.Address, data []byte, block string,
) ([]byte, error) {
	var output hexutil.Bytes
	err := c.ask(ctx, &output, "eth_call", callArgs(from, &to, data, nil), block)
	return output, err
}

func callArgs(from, to *common.Address, data []byte, value *big.Int) map[string]any {
	args := map[string]any{}
	if from != nil {
		args["from"] = *from
	}
	if to != nil {
		args["to"] = *to
	}
	if len(data) > 0 {
		args["data"] = hexutil.Bytes(data)
	}
	if value != nil && value.Sign() > 0 {
		args["value"] = hexAmount(value)
	}
	return args
}

// codes remembers at which addresses there is code. Absence is remembered for a moment only: a contract may be
// deployed.
type codes struct {
	mu    sync.Mutex
	known map[common.Address]*cached[bool]
}

func (c *codes) at(address common.Address) *cached[bool] {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[common.Address]*cached[bool]{}
	}
	if c.known[address] == nil {
		c.known[address] = &cached[bool]{}
	}
	return c.known[address]
}

// hasMulticall tells whether Multicall3 is deployed where this client expects it.
func (c *Client) hasMulticall(ctx context.Context) (bool, error) {
	known := c.endpoint.codes.at(c.options.Multicall)
	if there, ok := known.peek(); ok && there {
		return true, nil
	}
	return known.get(ctx, 10*time.Second, func(ctx context.Context) (bool, error) {
		var code hexutil.Bytes
		err := c.callInto(ctx, &code, "eth_getCode", c.options.Multicall, latest)
		return len(code) > 0, err
	})
}
