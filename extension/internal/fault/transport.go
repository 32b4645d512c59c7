package fault

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"time"
)

// OfTransport says why the peer called name gave no answer within timeout. The cause's own text is used, never
// url.Error's, which quotes the URL. ctx is the caller's, without that timeout.
func OfTransport(ctx context.Context, err error, name string, timeout time.Duration) *Error {
	var urlError *url.Error
	if errors.As(err, &urlError) {
		err = urlError.Err
	}
	if ctx.Err() != nil {
		return OfEnded(ctx)
	}
	var netError net.Error
	if errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &netError) && netError.Timeout()) {
		return &Error{
			Kind: Timeout, Retryable: true, Message: fmt.Sprintf("no answer from %s within %s", name, timeout), Cause: err,
		}
	}
	failed := &Error{
		Kind: Transport, Retryable: true, Message: fmt.Sprintf("connection to %s failed: %s", name, plain(err)), Cause: err,
	}
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &certificate) {
		failed.Retryable, failed.Unsent = false, true
	}
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		failed.Unsent = true
	}
	return failed
}

// plain turns Go's terse end-of-file errors into words.
func plain(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "closed before the answer was complete"
	}
	return err.Error()
}
