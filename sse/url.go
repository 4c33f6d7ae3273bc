package sse

import "github.com/amphiwire/amphiwire/internal/lean"

// A target is a URL that has been checked. net/url would add its 40 KB to a
// browser's bundle, and a browser's parser is too lenient to be the same
// everywhere, so the check is written here, once. It refuses all that net/url
// does.
type target struct {
	url           string // without fragment, user and password
	authorization string // what user and password amount to, "" if there were none
}

// A urlError says what is wrong with a URL.
type urlError struct{ msg string }

func (e *urlError) Error() string { return e.msg }

// parseURL checks raw: absolute, http or https.
func parseURL(raw string) (target, error) {
	raw, _, _ = lean.Cut(raw, "#")
	for i := range len(raw) {
		if raw[i] <= ' ' || raw[i] == 0x7F {
			return target{}, &urlError{"space or control character in URL"}
		}
	}
	scheme, rest, found := lean.Cut(raw, "://")
	if !found {
		return target{}, &urlError{"URL is not absolute"}
	}
	if s := lean.Lower(scheme); s != "http" && s != "https" {
		return target{}, &urlError{"scheme is not http or https"}
	}
	end := lean.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	return parseAuthority(scheme, rest[:end], rest[end:])
}

// parseAuthority checks what follows the scheme.
func parseAuthority(scheme, authority, path string) (target, error) {
	var t target
	host := authority
	if at := lean.LastIndexByte(authority, '@'); at >= 0 {
		host = authority[at+1:]
		user, password, _ := lean.Cut(authority[:at], ":")
		credentials := unescape(user) + ":" + unescape(password)
		t.authorization = "Basic " + lean.Base64(credentials)
	}
	if err := checkHost(host); err != nil {
		return target{}, err
	}
	if before, _, _ := lean.Cut(path, "?"); !lean.Escaped(before) {
		return target{}, &urlError{"invalid percent-escape in URL"}
	}
	t.url = scheme + "://" + host + path
	return t, nil
}

// checkHost checks a host with or without a port.
func checkHost(host string) error {
	name, port := host, ""
	if end := lean.LastIndexByte(host, ']'); lean.HasPrefix(host, "[") && end > 0 {
		name, port = host[1:end], host[end+1:]
		if !isIPv6(name) {
			return &urlError{"invalid IPv6 address in URL"}
		}
	} else if colon := lean.IndexByte(host, ':'); colon >= 0 {
		name, port = host[:colon], host[colon:]
	}
	if name == "" {
		return &urlError{"no host in URL"}
	}
	if lean.IndexAny(name, "\"%<>[\\]^`{|}@") >= 0 {
		return &urlError{"invalid character in the URL's host"}
	}
	return checkPort(port)
}

// checkPort checks what follows the host: nothing, or a colon and digits.
func checkPort(port string) error {
	if port == "" || port == ":" {
		return nil
	}
	n, ok := lean.Number(port[1:])
	if !ok || n > 65535 || port[0] != ':' {
		return &urlError{"invalid port in URL"}
	}
	return nil
}

// unescape resolves percent-escapes; what is not one stays as it is.
func unescape(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && lean.Unhex(s[i+1]) >= 0 && lean.Unhex(s[i+2]) >= 0 {
			b = append(b, byte(lean.Unhex(s[i+1])<<4|lean.Unhex(s[i+2])))
			i += 2
		} else {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// withQuery adds a parameter to url, which has no fragment.
func withQuery(url, name, value string) string {
	mark := "?"
	if lean.IndexByte(url, '?') >= 0 {
		mark = "&"
	}
	return url + mark + escape(name) + "=" + escape(value)
}

// escape percent-escapes all but the unreserved characters of RFC 3986,
// section 2.3.
func escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		c := s[i]
		if isAlphanumeric(c) || lean.IndexByte("-._~", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(b)
}

// isAlphanumeric reports whether c is an ASCII letter or digit.
func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// withoutUser is raw, which may be no URL at all, as an error may show it.
func withoutUser(raw string) string {
	start := lean.Index(raw, "://") + len("://")
	if start < len("://") { // it is refused, but a password may be in it all the same
		return raw[lean.LastIndexByte(raw, '@')+1:]
	}
	end := lean.IndexAny(raw[start:], "/?#")
	if end < 0 {
		end = len(raw) - start
	}
	at := lean.LastIndexByte(raw[start:start+end], '@')
	return raw[:start] + raw[start+at+1:]
}
