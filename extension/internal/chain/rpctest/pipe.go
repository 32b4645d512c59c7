package rpctest

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// NewInMemory is New for tests in a bubble of testing/synctest: its connections are pipes, so that waiting for an
// answer does not keep the bubble's clock from moving. Clients reach it through Dial, whatever address they ask for.
func NewInMemory(t testing.TB) *Node {
	t.Helper()
	node := newNode()
	node.URL = "http://127.0.0.1:8545"
	node.pipes = &pipes{accepting: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(node.serve)} //nolint:gosec // no slow clients here
	node.open.Go(func() { _ = server.Serve(node.pipes) })
	t.Cleanup(func() {
		close(node.stop)
		_ = server.Close()
		node.open.Wait()
	})
	return node
}

// Dial connects to a node of NewInMemory.
func (n *Node) Dial(ctx context.Context, _, _ string) (net.Conn, error) { return n.pipes.dial(ctx) }

// pipes is a listener whose connections are in memory.
type pipes struct {
	accepting chan net.Conn
	once      sync.Once
	closed    chan struct{}
}

func (p *pipes) dial(ctx context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.accepting <- server:
		return client, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: net.ErrClosed}
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case server := <-p.accepting:
		return server, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes", Net: "unix"} }
