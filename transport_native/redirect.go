package native

import (
	"errors"
	"fmt"
	"maps"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"github.com/amphiwire/amphiwire/internal/transport"
)

// errDowngrade refuses a redirect to an unprotected connection.
var errDowngrade = errors.New("the redirect leads from wss to ws")

// errNoWebSocketURL refuses a redirect to something else.
var errNoWebSocketURL = errors.New("the redirect's Location is no WebSocket URL")

// redirect returns where the refusal err, of a handshake with from, redirects
// to; nil if it is no redirect. RFC 6455, section 4.1: "the server might
// redirect the client using a 3xx status code (but clients are not required to
// follow them)". A proxy's is not followed: who can only see TLS pass would
// choose the server that it leads to.
func redirect(from *url.URL, err error) (*url.URL, error) {
	var refusal *transport.HandshakeError
	if !errors.As(err, &refusal) || refusal.Proxy {
		return nil, nil
	}
	switch refusal.StatusCode {
	case 301, 302, 303, 307, 308:
	default:
		return nil, nil
	}
	location := refusal.Header["Location"]
	if len(location) != 1 {
		return nil, nil
	}
	to, perr := from.Parse(location[0])
	if perr != nil {
		var what *url.Error // whose text holds the URL, which may hold secrets
		if errors.As(perr, &what) {
			perr = what.Err
		}
		return nil, fmt.Errorf("the redirect's Location: %w", perr)
	}
	if scheme, ok := map[string]string{"http": "ws", "https": "wss"}[to.Scheme]; ok {
		to.Scheme = scheme
	}
	switch {
	case to.Scheme != "ws" && to.Scheme != "wss" || to.Host == "":
		return nil, errNoWebSocketURL
	case from.Scheme == "wss" && to.Scheme == "ws":
		return nil, errDowngrade
	}
	to.Fragment = ""
	return to, nil
}

// credentials are the fields that only the origin they were meant for gets.
var credentials = []string{"Authorization", "Cookie", "Proxy-Authorization", "Host"}

// sameOrigin reports whether what the server at a may know the one at b may.
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(address(a), address(b))
}

// carry returns the header for a redirect from one URL to another.
func carry(header map[string][]string, from, to *url.URL) map[string][]string {
	if sameOrigin(from, to) {
		if to.User == nil {
			to.User = from.User
		}
		return header
	}
	header = maps.Clone(header)
	for name := range header {
		for _, secret := range credentials {
			if textproto.CanonicalMIMEHeaderKey(name) == secret {
				delete(header, name)
			}
		}
	}
	return header
}

// carryTokens returns the configuration for a redirect: without the subprotocols
// that are tokens in disguise if it leads to another origin.
func carryTokens(c *transport.Config, from, to *url.URL) *transport.Config {
	if sameOrigin(from, to) {
		return c
	}
	own := *c
	own.Subprotocols = slices.DeleteFunc(slices.Clone(c.Subprotocols), isToken)
	return &own
}

// isToken reports whether a subprotocol is a bearer token by the names that
// such have: bearer.TOKEN, or with something before it.
func isToken(name string) bool {
	return strings.Contains("."+strings.ToLower(name), ".bearer.")
}
