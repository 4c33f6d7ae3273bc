package rfc6455

import "strings"

// extensionNames parses the value of Sec-WebSocket-Extensions and returns the
// names of the extensions in their order; ok is false if the value does not
// conform. What the parameters mean is up to each extension.
//
// A value without any extension is as good as none. The grammar, 1#extension,
// has no such value, but there are clients that write the list of their
// extensions when it is empty, and it can mean nothing else.
//
// RFC 6455, section 9.1: "If a value is received by either the client or the
// server during negotiation that does not conform to the ABNF below, the
// recipient of such malformed data MUST immediately _Fail the WebSocket
// Connection_."
func extensionNames(value string) (names []string, ok bool) {
	for {
		value = skipEmpty(value)
		if value == "" {
			return names, true
		}
		name, rest := cutToken(value)
		if rest, ok = cutParams(rest); name == "" || !ok {
			return nil, false
		}
		names, value = append(names, name), rest
	}
}

// skipEmpty removes whitespace and empty elements in front of the next one.
func skipEmpty(s string) string { return strings.TrimLeft(s, " \t,") }

// cutToken cuts the token that s begins with, which may be empty, and the
// whitespace after it.
func cutToken(s string) (token, rest string) {
	n := 0
	for n < len(s) && isTokenByte(s[n]) {
		n++
	}
	return s[:n], strings.TrimLeft(s[n:], " \t")
}

// cutParams cuts parameters up to the comma or the end that must follow them.
func cutParams(s string) (rest string, ok bool) {
	for strings.HasPrefix(s, ";") {
		name, rest := cutToken(strings.TrimLeft(s[1:], " \t"))
		if name == "" {
			return "", false
		}
		if s = rest; strings.HasPrefix(s, "=") {
			if s, ok = cutParamValue(strings.TrimLeft(s[1:], " \t")); !ok {
				return "", false
			}
		}
	}
	return s, s == "" || s[0] == ','
}

// cutParamValue cuts a token or a quoted string.
//
// RFC 6455, section 9.1: "When using the quoted-string syntax variant, the
// value after quoted-string unescaping MUST conform to the 'token' ABNF."
func cutParamValue(s string) (rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		token, rest := cutToken(s)
		return rest, token != ""
	}
	var value []byte
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return strings.TrimLeft(s[i+1:], " \t"), isToken(string(value))
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		value = append(value, s[i])
	}
	return "", false
}
