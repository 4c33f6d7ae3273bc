package client

import (
	"errors"
	"strconv"
	"strings"
)

// websocketURL checks raw and gives it the scheme ws or wss. It is written
// here rather than left to the platforms so that they refuse the same URLs in
// the same words, and because net/url would add a third to a js bundle.
func websocketURL(raw string) (string, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return "", errors.New("malformed URL: no scheme")
	}
	switch strings.ToLower(scheme) {
	case "ws", "http":
		scheme = "ws"
	case "wss", "https":
		scheme = "wss"
	default:
		return "", errors.New("unknown scheme " + quote(scheme) + ": want ws, wss, http or https")
	}
	if i := strings.IndexFunc(rest, notInURL); i >= 0 {
		return "", errors.New("malformed URL: " + quote(rest[i:i+1]) + " must be percent-encoded")
	}
	if strings.Contains(rest, "#") {
		// RFC 6455, section 3: "Fragment identifiers are meaningless in the
		// context of WebSocket URIs and MUST NOT be used on these URIs."
		return "", errors.New("malformed URL: a WebSocket URL has no fragment")
	}
	if err := checkAuthority(authority(rest)); err != nil {
		return "", err
	}
	return scheme + "://" + rest, nil
}

func notInURL(r rune) bool {
	return r <= ' ' || r >= 0x7f || r == '\\' || r == '"' || r == '<' || r == '>'
}

// authority is the part of an URL between "//" and the path or query.
func authority(rest string) string {
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return rest[:i]
	}
	return rest
}

// checkAuthority looks for a host, and at the port if there is one: RFC 3986,
// section 3.2.
func checkAuthority(a string) error {
	a = a[strings.LastIndexByte(a, '@')+1:]
	host, port := a, ""
	if strings.HasPrefix(a, "[") {
		end := strings.IndexByte(a, ']')
		if end < 0 {
			return errors.New("malformed URL: no ] after the IPv6 address")
		}
		host, port = a[:end+1], strings.TrimPrefix(a[end+1:], ":")
		if a[end+1:] != "" && a[end+1] != ':' {
			return errors.New("malformed URL: " + quote(a[end+1:]) + " after the IPv6 address")
		}
	} else if i := strings.IndexByte(a, ':'); i >= 0 {
		host, port = a[:i], a[i+1:]
	}
	if host == "" {
		return errors.New("malformed URL: no host")
	}
	if port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return errors.New("malformed URL: port " + quote(port) + " is not a number up to 65535")
		}
	}
	return nil
}

// redact leaves out what may be secret: user information and query.
func redact(url string) string {
	url, _, query := strings.Cut(url, "?")
	if scheme, rest, ok := strings.Cut(url, "://"); ok {
		a := authority(rest)
		if i := strings.LastIndexByte(a, '@'); i >= 0 {
			url = scheme + "://" + rest[i+1:]
		}
	}
	if query {
		url += "?…"
	}
	return url
}

func quote(s string) string { return strconv.Quote(s) }
