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
// section 3.2. Its errors quote nothing: where the URL is malformed, what looks
// like a host may be a password.
func checkAuthority(a string) error {
	a = a[strings.LastIndexByte(a, '@')+1:]
	host, port, found := strings.Cut(a, ":")
	allowed := inName
	if strings.HasPrefix(a, "[") {
		end := strings.IndexByte(a, ']')
		if end < 0 {
			return errors.New("malformed URL: no ] after the IPv6 address")
		}
		host, allowed = a[1:end], inAddress
		if port, found = strings.CutPrefix(a[end+1:], ":"); !found && port != "" {
			return errors.New("malformed URL: neither port nor path after the IPv6 address")
		}
	}
	if host == "" {
		return errors.New("malformed URL: no host")
	}
	if strings.IndexFunc(host, func(r rune) bool { return !allowed(r) }) >= 0 {
		return errors.New("malformed URL: a character that must not be in the host")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil && port != "" {
		return errors.New("malformed URL: the port is not a number up to 65535")
	}
	return nil
}

// inName reports whether r may be in a host's name: a letter, a digit, or one
// of what RFC 3986, section 2 calls unreserved and sub-delims.
func inName(r rune) bool {
	return 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("-._~!$&'()*+,;=", r)
}

// inAddress reports whether r may be in an IPv6 address with a zone.
func inAddress(r rune) bool { return r == ':' || r == '%' || inName(r) }

// redact leaves out what may be secret: user information, query and fragment.
// Of a URL that is malformed before its path little is left, since nobody knows
// what is what there.
func redact(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok && strings.ContainsAny(url, "@?#") {
		return "…"
	}
	if !ok {
		return url
	}
	a := authority(rest)
	if checkAuthority(a) != nil {
		return scheme + "://…"
	}
	rest = rest[strings.LastIndexByte(a, '@')+1:]
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i+1] + "…"
	}
	return scheme + "://" + rest
}

func quote(s string) string { return strconv.Quote(s) }
