package client

import "github.com/amphiwire/amphiwire/internal/lean"

// A Carrier is where a token travels in a handshake.
type Carrier uint8

// The carriers of a token.
const (
	// BearerSubprotocol offers one more subprotocol, "bearer." and the token
	// in base64url. It works on every target and stays out of URLs. The server
	// must select another one of those offered, because browsers refuse a
	// connection for which none is selected, and the token is not to come
	// back.
	BearerSubprotocol Carrier = iota
	// BearerHeader is the field Authorization (RFC 6750, section 2.1). In a
	// browser the error wraps [errors.ErrUnsupported].
	BearerHeader
	// BearerQuery is the query parameter access_token (RFC 6750, section
	// 2.3). It works on every target, but servers and proxies log URLs.
	BearerQuery
)

// SetBearer makes this dial carry a token, in place of one that was set
// before by the same carrier. It is meant for [Options.Prepare]. Errors of
// this package never hold the token.
func (a *Attempt) SetBearer(token string, by Carrier) error {
	switch by {
	case BearerHeader:
		if !canSetHeader {
			return errHeader
		}
		if a.Header == nil {
			a.Header = map[string][]string{}
		}
		a.Header["Authorization"] = []string{"Bearer " + token}
	case BearerQuery:
		a.URL = withQuery(a.URL, "access_token", token)
	default:
		a.Subprotocols = withBearer(a.Subprotocols, lean.Base64URL(token))
	}
	return nil
}

const bearer = "bearer."

// withBearer returns names without an earlier token and with this one. It
// never changes the array behind names.
func withBearer(names []string, token string) []string {
	var all []string
	for _, name := range names {
		if !lean.HasPrefix(name, bearer) {
			all = append(all, name)
		}
	}
	return append(all, bearer+token)
}

// withQuery returns url with name=value in its query, instead of what name
// had.
func withQuery(url, name, value string) string {
	path, query, _ := lean.Cut(url, "?")
	sep := "?"
	for more := query != ""; more; {
		var part string
		part, query, more = lean.Cut(query, "&")
		if part != "" && part != name && !lean.HasPrefix(part, name+"=") {
			path += sep + part
			sep = "&"
		}
	}
	return path + sep + name + "=" + escape(value)
}

// escape is the percent-encoding of RFC 3986, section 2.1, for all but the
// unreserved characters.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var b []byte
	for i := range len(s) {
		c := s[i]
		if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || lean.IndexByte("-._~", c) >= 0 {
			b = append(b, c)
			continue
		}
		b = append(b, '%', hex[c>>4], hex[c&15])
	}
	return string(b)
}
