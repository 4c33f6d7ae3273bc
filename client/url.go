package client

import (
	"errors"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// websocketURL checks raw and gives it the scheme ws or wss. It is written
// here rather than left to the platforms so that they refuse the same URLs in
// the same words, and because net/url would add a third to a js bundle.
func websocketURL(raw string) (string, error) {
	scheme, rest, ok := lean.Cut(raw, "://")
	if !ok {
		return "", errors.New("malformed URL: no scheme")
	}
	switch lean.Lower(scheme) {
	case "ws", "http":
		scheme = "ws"
	case "wss", "https":
		scheme = "wss"
	default:
		return "", errors.New("unknown scheme " + quote(scheme) + ": want ws, wss, http or https")
	}
	if i := lean.IndexFunc(rest, notInURL); i >= 0 {
		return "", errors.New("malformed URL: " + quote(rest[i:i+1]) + " must be percent-encoded")
	}
	if !lean.Escaped(rest) {
		return "", errors.New("malformed URL: a % without two hexadecimal digits")
	}
	if lean.IndexByte(rest, '#') >= 0 {
		// RFC 6455, section 3: "Fragment identifiers are meaningless in the
		// context of WebSocket URIs and MUST NOT be used on these URIs."
		return "", errors.New("malformed URL: a WebSocket URL has no fragment")
	}
	if err := checkAuthority(authority(rest)); err != nil {
		return "", err
	}
	return scheme + "://" + rest, nil
}

func notInURL(c byte) bool {
	return c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>'
}

// authority is the part of an URL between "//" and the path or query.
func authority(rest string) string {
	if i := lean.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i]
	}
	return rest
}

// checkAuthority looks for a host, and at the port if there is one: RFC 3986,
// section 3.2. Its errors quote nothing: where the URL is malformed, what looks
// like a host may be a password.
func checkAuthority(a string) error {
	a = a[lean.LastIndexByte(a, '@')+1:]
	host, port, _ := lean.Cut(a, ":")
	allowed := inName
	if lean.HasPrefix(a, "[") {
		end := lean.IndexByte(a, ']')
		if end < 0 {
			return errors.New("malformed URL: no ] after the IPv6 address")
		}
		host, allowed = a[1:end], inAddress
		var before string
		if before, port, _ = lean.Cut(a[end+1:], ":"); before != "" {
			return errors.New("malformed URL: neither port nor path after the IPv6 address")
		}
	}
	if host == "" {
		return errors.New("malformed URL: no host")
	}
	if lean.IndexFunc(host, func(c byte) bool { return !allowed(c) }) >= 0 {
		return errors.New("malformed URL: a character that must not be in the host")
	}
	if !isPort(port) {
		return errors.New("malformed URL: the port is not a number up to 65535")
	}
	return nil
}

// isPort reports whether s is a number up to 65535, or nothing: RFC 3986,
// section 3.2.3, lets the digits be missing.
func isPort(s string) bool {
	n, ok := lean.Number(s)
	return s == "" || ok && n <= 65535
}

// inName reports whether c may be in a host's name: a letter, a digit, or one
// of what RFC 3986, section 2 calls unreserved and sub-delims.
func inName(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || lean.IndexByte("-._~!$&'()*+,;=", c) >= 0
}

// inAddress reports whether c may be in an IPv6 address with a zone.
func inAddress(c byte) bool { return c == ':' || c == '%' || inName(c) }

// redact leaves out what may be secret: user information, query and fragment.
// Of a URL that is malformed before its path little is left, since nobody knows
// what is what there; and nothing of one that would not stay on its line.
func redact(url string) string {
	if lean.IndexFunc(url, isControl) >= 0 {
		return "…"
	}
	scheme, rest, ok := lean.Cut(url, "://")
	if !ok && lean.IndexAny(url, "@?#") >= 0 {
		return "…"
	}
	if !ok {
		return url
	}
	a := authority(rest)
	if checkAuthority(a) != nil {
		return scheme + "://…"
	}
	rest = rest[lean.LastIndexByte(a, '@')+1:]
	if i := lean.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i+1] + "…"
	}
	return scheme + "://" + rest
}

func isControl(c byte) bool { return c < ' ' || c == 0x7f }

func quote(s string) string { return lean.Quote(s) }
