package chain

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/onrush/onrush/extension/internal/fault"
)

// An answer above this size is a mistake: the largest of use (a hash-only block of 100,000 transactions) has 7 MB.
const maxAnswer = 256 << 20

// transport posts bodies to one URL over connections that all callers share.
type transport struct {
	url     string
	name    string // scheme and host only: paths, queries and user names of RPC URLs hold keys
	secrets *strings.Replacer
	once    sync.Once
	http    *http.Client
	dial    Dial // for callers without one of their own
}

func newTransport(rawURL string) (*transport, error) {
	parsed, err := url.Parse(rawURL)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return nil, fault.Newf(fault.Protocol, "the RPC url must be http://... or https://...")
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	name := parsed.Scheme + "://" + parsed.Host
	return &transport{
		url: rawURL, name: name, secrets: secretsOf(rawURL, parsed, name), dial: dialer.DialContext,
	}, nil
}

// shortestSecret is the length below which a part of a URL is hidden only with the whole: texts are full of such words.
const shortestSecret = 4

// secretsOf replaces what texts may repeat of a URL; nil where it is nothing but scheme, host and port.
func secretsOf(rawURL string, parsed *url.URL, name string) *strings.Replacer {
	if strings.TrimRight(parsed.String(), "/") == name {
		return nil
	}
	pairs := []string{rawURL, name, parsed.String(), name}
	hide := func(parts ...string) {
		for _, part := range parts {
			for _, form := range []string{part, url.QueryEscape(part), url.PathEscape(part)} {
				if len(part) >= shortestSecret {
					pairs = append(pairs, form, "***")
				}
			}
		}
	}
	user := parsed.User.Username()
	password, _ := parsed.User.Password()
	hide(strings.TrimRight(parsed.EscapedPath(), "/"), strings.TrimRight(parsed.Path, "/"), parsed.RawQuery)
	hide(base64.StdEncoding.EncodeToString([]byte(user+":"+password)), parsed.User.String(), password, user)
	for _, values := range parsed.Query() {
		hide(values...)
	}
	for _, segment := range strings.Split(parsed.Path, "/") {
		if len(segment) > 2*shortestSecret { // "ethereum" is no key
			hide(segment)
		}
	}
	return strings.NewReplacer(pairs...)
}

// failure says why there is no answer, without what the cause repeats of the URL.
func (t *transport) failure(ctx context.Context, err error, timeout time.Duration) error {
	failed := fault.OfTransport(ctx, err, t.name, timeout)
	failed.Message = t.redacted(failed.Message)
	return failed
}

// redacted is what the other side said without what it repeats of the URL; where trim cut it, without the last word,
// which may be a part of a secret.
func (t *transport) redacted(message string) string {
	if t.secrets == nil {
		return message
	}
	clean := t.secrets.Replace(message)
	if whole, cut := strings.CutSuffix(clean, "..."); cut {
		return whole[:strings.LastIndex(whole, " ")+1] + "..."
	}
	return clean
}

// client is built by the first request, since TLS settings come with its caller.
func (t *transport) client(ctx context.Context) *http.Client {
	t.once.Do(func() {
		var config *tls.Config
		if given := callerOf(ctx).TLS; given != nil {
			config = given.Clone()
		}
		t.http = &http.Client{
			Transport: &http.Transport{
				DialContext:         t.dialContext,
				TLSClientConfig:     config,
				ForceAttemptHTTP2:   true,
				MaxIdleConnsPerHost: 1024, // as many as there are concurrent calls: a closed connection costs a handshake
				IdleConnTimeout:     90 * time.Second,
				DisableCompression:  true,
			},
			// A redirected POST becomes a GET.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
	return t.http
}

func (t *transport) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if own := callerOf(ctx).Dial; own != nil {
		return own(ctx, network, address)
	}
	return t.dial(ctx, network, address)
}

// httpAnswer is a complete HTTP response.
type httpAnswer struct {
	status     int
	retryAfter time.Duration
	body       []byte
}

// post sends body and reads the whole answer within timeout.
func (t *transport) post(
	ctx context.Context,
	body []byte,
	headers map[string]string,
	timeout time.Duration,
) (*httpAnswer, error) {
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(within, http.MethodPost, t.url, bytes.NewReader(body))
	if err != nil {
		return nil, fault.Newf(fault.Protocol, "the RPC url is not usable")
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := t.client(ctx).Do(request)
	if err != nil {
		return nil, t.failure(ctx, err, timeout)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end or broken
	var buffer bytes.Buffer
	if size := response.ContentLength; size > 0 && size <= maxAnswer {
		buffer.Grow(int(size) + bytes.MinRead)
	}
	if _, err = buffer.ReadFrom(io.LimitReader(response.Body, maxAnswer+1)); err != nil {
		return nil, t.failure(ctx, err, timeout)
	}
	if buffer.Len() > maxAnswer {
		return nil, fault.Newf(fault.Protocol, "%s answered with more than %d MB", t.name, maxAnswer>>20)
	}
	return &httpAnswer{status: response.StatusCode, retryAfter: retryAfter(response.Header), body: buffer.Bytes()}, nil
}

// oddAnswer is the error of an answer that is not one to the request. The same call may succeed when it is made again.
func (t *transport) oddAnswer(format string, args ...any) *fault.Error {
	return &fault.Error{Kind: fault.Protocol, Retryable: true, Message: t.name + " " + fmt.Sprintf(format, args...)}
}

// status says what an HTTP status other than 200 means; nil if it means nothing by itself.
func (t *transport) status(a *httpAnswer) error {
	e := &fault.Error{Code: a.status, RetryAfter: a.retryAfter}
	switch {
	case a.status >= 200 && a.status < 300:
		return nil
	case a.status == http.StatusTooManyRequests:
		e.Kind, e.Retryable, e.Unsent = fault.RateLimit, true, true
		e.Message = fmt.Sprintf("%s limits the rate of requests (HTTP 429)", t.name)
	case a.status == http.StatusRequestTimeout || a.status == http.StatusGatewayTimeout:
		e.Kind, e.Retryable = fault.Timeout, true
		e.Message = fmt.Sprintf("%s timed out (HTTP %d)", t.name, a.status)
	case a.status >= 500:
		e.Kind, e.Retryable = fault.Transport, true
		e.Message = fmt.Sprintf("%s failed (HTTP %d)", t.name, a.status)
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		e.Kind = fault.Protocol
		e.Message = fmt.Sprintf("%s refuses access (HTTP %d): check the key in the url or headers", t.name, a.status)
	case a.status == http.StatusRequestEntityTooLarge:
		e.Kind = fault.Protocol
		e.Message = fmt.Sprintf("the request is too large for %s (HTTP 413): lower batchSize", t.name)
	default:
		e.Kind = fault.Protocol
		e.Message = fmt.Sprintf("%s is not a JSON-RPC endpoint (HTTP %d): check the url", t.name, a.status)
	}
	return e
}

// retryAfter reads Retry-After, in seconds or as a date; 0 if there is none.
func retryAfter(header http.Header) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if seconds > 0 && seconds < 86_400 {
			return time.Duration(seconds * float64(time.Second))
		}
		return 0
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
