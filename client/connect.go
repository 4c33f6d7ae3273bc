package client

import (
	"context"
	"errors"
)

// Connect dials url and returns when the connection is open. The scheme is ws
// or wss, or http or https, which mean the same. A fragment is refused (RFC
// 6455, section 3). User information is sent natively, as Basic authentication;
// a browser leaves it out.
//
// ctx bounds Connect alone: when it ends before the connection is open, the
// attempt is given up and nothing is left behind; afterwards it has no effect.
// opts may be nil.
//
// Every error is a [*ConnectError] that names the URL and the cause. A browser
// does not tell a page why a dial failed, be it a refused connection, a
// certificate or a status other than 101; Connect says so there.
func Connect(ctx context.Context, url string, opts *Options) (*Conn, error) {
	return connect(ctx, url, opts, outside{dial, wallClock})
}

// connect is Connect in a world of the caller's choosing.
func connect(ctx context.Context, url string, opts *Options, world outside) (*Conn, error) {
	o := opts.own()
	if err := o.check(); err != nil {
		return nil, finalError(url, err)
	}
	o.Trace.fallback()
	d := dialer{outside: world, url: url, opts: &o}
	if o.supervised() {
		return supervise(ctx, d)
	}
	t, _, err := d.first(ctx)
	if err != nil {
		return nil, err
	}
	return &Conn{transport: t, pacer: newPacer(o.SendLimit)}, nil
}

// checkSubprotocols holds names to RFC 6455, section 4.1: "The elements that
// comprise this value MUST be non-empty strings with characters in the range
// U+0021 to U+007E not including separator characters as defined in [RFC2616]
// and MUST all be unique strings."
func checkSubprotocols(names []string) error {
	for i, name := range names {
		wrong := ""
		if !isToken(name) {
			wrong = " is not a token"
		}
		for _, earlier := range names[:i] {
			if earlier == name {
				wrong = " is named twice"
			}
		}
		if wrong != "" {
			return errors.New("subprotocol " + quote(withoutToken(name)) + wrong)
		}
	}
	return nil
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '(', ')', '<', '>', '@', ',', ';', ':', '\\', '"', '/', '[', ']', '?', '=', '{', '}':
			return false
		default:
			if c <= ' ' || c > '~' {
				return false
			}
		}
	}
	return s != ""
}
