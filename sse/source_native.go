//go:build !js

package sse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxRedirects is the limit of the Fetch standard, section 4.4 (HTTP-redirect
// fetch); net/http's own is 10.
const maxRedirects = 20

// hasEventSource is false: this platform has net/http.
func hasEventSource() bool { return false }

// needsPermission is false: a native program has no origin.
func needsPermission(string) bool { return false }

// online is nil: no one tells a native program that the network is back.
func online(context.Context) <-chan struct{} { return nil }

// open makes one attempt with net/http.
func open(ctx context.Context, r *request) (*response, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	req, err := httpRequest(ctx, r)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp, err := httpClient(r.native.Client).Do(req)
	if err != nil {
		defer cancel(nil)
		return nil, dialError(ctx, err)
	}
	if resp.Request != nil { // which a Transport of the program's own may leave out
		req = resp.Request
	}
	return &response{
		status:   resp.StatusCode,
		header:   resp.Header,
		url:      req.URL.String(),
		encoding: stillEncoded(resp),
		body:     &httpBody{ReadCloser: resp.Body, cancel: cancel},
	}, nil
}

// stillEncoded is the content coding of resp's body. net/http takes the field
// out when it has undone one, which is gzip, unless the program asks for an
// encoding itself; a browser undoes all that it asks for.
//
// Fetch, section 2.2.4, "handle content codings": "If codings are not
// supported, then return bytes." What is no coding at all, such as the none by
// which servers keep proxies from compressing, says nothing of the body. One
// that exists does, and what it made is no event stream.
func stillEncoded(resp *http.Response) string {
	if resp.Uncompressed || resp.ContentLength == 0 {
		return ""
	}
	codings := strings.Join(resp.Header.Values("Content-Encoding"), ", ")
	for coding := range strings.SplitSeq(strings.ToLower(codings), ",") {
		switch strings.TrimPrefix(strings.Trim(coding, " \t"), "x-") {
		case "gzip", "deflate", "compress", "br", "zstd", "dcb", "dcz":
			return codings
		}
	}
	return ""
}

// httpRequest makes the first request of an attempt.
func httpRequest(ctx context.Context, r *request) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		var err error
		if body, err = r.body(); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, &finalError{err}
	}
	escapeQuery(req.URL)
	req.Header = http.Header(r.header).Clone()
	bypassCaches(req.Header)
	if host := req.Header.Get("Host"); host != "" {
		req.Host = host // net/http takes it from nowhere else
		req.Header.Del("Host")
	}
	if r.body != nil {
		req.GetBody = func() (io.ReadCloser, error) { return bodyCloser(r.body()) }
	}
	return req, nil
}

// bypassCaches does what the standard's cache mode "no-store" does on the
// wire (Fetch, section 4.6: HTTP-network-or-cache fetch), unless the program
// has its own idea of it.
func bypassCaches(h http.Header) {
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
		h.Set("Pragma", "no-cache")
	}
}

// bodyCloser gives a body that is repeated after a redirect the type that
// net/http wants.
func bodyCloser(body io.Reader, err error) (io.ReadCloser, error) {
	if err != nil {
		return nil, err
	}
	if body == nil {
		return http.NoBody, nil
	}
	if rc, ok := body.(io.ReadCloser); ok {
		return rc, nil
	}
	return io.NopCloser(body), nil
}

// httpClient is c with what would harm a stream taken out: a Timeout bounds
// the whole body, and a redirect must not carry credentials away.
func httpClient(c *http.Client) *http.Client {
	if c == nil {
		c = http.DefaultClient
	}
	own := *c
	own.Timeout = 0
	own.Transport = follower{http.DefaultTransport}
	if c.Transport != nil {
		own.Transport = follower{c.Transport}
	}
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		return checkRedirect(c.CheckRedirect, req, via)
	}
	return &own
}

// checkRedirect limits redirects, drops what is not for another origin, and
// asks the program's own check if there is one.
func checkRedirect(own func(*http.Request, []*http.Request) error, req *http.Request, via []*http.Request) error {
	if len(via) > maxRedirects {
		return &tooManyRedirectsError{Limit: maxRedirects}
	}
	dropCredentials(req, via)
	escapeQuery(req.URL)
	if own != nil {
		return own(req, via)
	}
	return nil
}

// dropCredentials removes what the program set for the first origin once a
// redirect has led elsewhere, and keeps it removed if a later one leads back.
// net/http does so too, but for it a subdomain, another port and http after
// https are all the same origin. Fetch, section 4.4: "if request's current
// URL's origin is not same origin with locationURL's origin, then for each
// headerName of CORS non-wildcard request-header name, delete headerName from
// request's header list."
//
// The Referer goes in any case: net/http makes it of the whole URL, and a
// token in the query is not for others.
func dropCredentials(req *http.Request, via []*http.Request) {
	req.Header.Del("Referer")
	first := originOf(via[0].URL)
	away := originOf(req.URL) != first
	for _, r := range via[1:] {
		away = away || originOf(r.URL) != first
	}
	if !away {
		return
	}
	for _, name := range []string{"Authorization", "Cookie", "Cookie2", "Proxy-Authorization", "Www-Authenticate"} {
		req.Header.Del(name)
	}
}

// originOf is u's scheme, host and port, in a form that can be compared.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return u.Scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// dialError is why there was no answer: the cause of ctx if that has ended,
// otherwise net/http's error without the URL that it puts in front, which the
// Stream's own error names already. A connection that ends before an answer is
// to net/http an io.EOF, which would tell of an answer of 204.
func dialError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	if ue, ok := err.(*url.Error); ok {
		return ue.Err
	}
	return err
}

// An httpBody is the body of an answer. Cancelling the request's context ends
// a Read of any kind of connection; the body's own Close does not promise to.
type httpBody struct {
	io.ReadCloser
	cancel context.CancelCauseFunc
}

// Close implements response.body.
func (b *httpBody) Close() error {
	b.cancel(nil)
	return b.ReadCloser.Close()
}

// A tooManyRedirectsError ends an attempt that was sent on for too long.
type tooManyRedirectsError struct{ Limit int }

func (e *tooManyRedirectsError) Error() string {
	return "more than " + strconv.Itoa(e.Limit) + " redirects"
}
