package fault_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/onrush/onrush/extension/internal/fault"
)

func TestFrom(t *testing.T) {
	t.Parallel()
	require.Nil(t, fault.From(nil))
	known := fault.Newf(fault.RateLimit, "slow %s", "down")
	require.EqualError(t, known, "slow down")
	require.Same(t, known, fault.From(fmt.Errorf("wrapped: %w", known)))
	plain := errors.New("plain")
	require.Equal(t, fault.Protocol, fault.From(plain).Kind)
	require.ErrorIs(t, fault.From(plain), plain)
}

func TestOfTransport(t *testing.T) {
	t.Parallel()
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	reset := &net.OpError{Op: "read", Net: "tcp", Err: errors.New("connection reset by peer")}
	for name, c := range map[string]struct {
		err               error
		kind              fault.Kind
		retryable, unsent bool
		message           string
	}{
		"refused":     {refused, fault.Transport, true, true, "connection to http://host failed: dial tcp: connection refused"},
		"reset":       {reset, fault.Transport, true, false, "connection to http://host failed: read tcp: connection reset"},
		"cut off":     {io.ErrUnexpectedEOF, fault.Transport, true, false, "closed before the answer was complete"},
		"deadline":    {context.DeadlineExceeded, fault.Timeout, true, false, "no answer from http://host within 3s"},
		"net timeout": {os.ErrDeadlineExceeded, fault.Timeout, true, false, "no answer from http://host within 3s"},
		"certificate": {
			&tls.CertificateVerificationError{Err: errors.New("expired")}, fault.Transport, false, true, "expired",
		},
	} {
		quoting := &url.Error{Op: "Post", URL: "http://user:secret@host/key", Err: c.err}
		failed := fault.OfTransport(t.Context(), quoting, "http://host", 3*time.Second)
		require.Equal(t, c.kind, failed.Kind, name)
		require.Equal(t, c.retryable, failed.Retryable, name)
		require.Equal(t, c.unsent, failed.Unsent, name)
		require.ErrorContains(t, failed, c.message, name)
		require.NotContains(t, failed.Error(), "secret", name)
		require.ErrorIs(t, failed, c.err, name)
	}
}

func TestOfEndedComesFirst(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancelCause(t.Context())
	cause := errors.New("over")
	end(cause)
	failed := fault.OfTransport(ctx, io.EOF, "http://host", time.Second)
	require.Equal(t, fault.Ended, failed.Reason)
	require.Equal(t, fault.Timeout, failed.Kind)
	require.False(t, failed.Retryable)
	require.ErrorIs(t, failed, cause)
}

func TestOfPanicKeepsTheStackOutOfTheMessage(t *testing.T) {
	t.Parallel()
	failed := fault.OfPanic("boom")
	require.EqualError(t, failed, "internal error: boom (please report)")
	require.ErrorContains(t, failed.Unwrap(), "fault_test.go")
}
