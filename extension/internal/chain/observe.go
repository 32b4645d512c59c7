package chain

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

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
