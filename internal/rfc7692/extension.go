package rfc7692

import (
	"strconv"
	"strings"
)

// extension is one element of a header field Sec-WebSocket-Extensions.
type extension struct {
	name   string
	params []param
}

// param is one parameter of an extension.
type param struct {
	name, value string
	hasValue    bool // tells no value, which some parameters must have, from a value
}

// parseExtensions reads the value of a header field, or several joined by
// commas. An empty value has no elements. It accepts what package rfc6455 lets
// pass of a handshake, and no more.
//
// RFC 6455, section 9.1: "extension-list = 1#extension", "extension =
// extension-token *( ";" extension-param )", "extension-param = token [ "="
// (token | quoted-string) ]". The RFC takes its grammar from RFC 2616, where
// linear white space is allowed between all of these, and a list may have
// empty elements.
func parseExtensions(header string) ([]extension, error) {
	var list []extension
	for in := (&input{header}); ; {
		in.space()
		if in.rest != "" && in.rest[0] != ',' {
			e, ok := in.extension()
			if !ok {
				return nil, &NegotiationError{
					Header: header, Section: "RFC 6455, section 9.1",
					Msg: "malformed at byte " + strconv.Itoa(len(header)-len(in.rest)),
				}
			}
			list = append(list, e)
		}
		if !in.skip(',') {
			return list, nil
		}
	}
}

// input is what is left to parse. Its methods report whether it begins with
// what they are named for, and if so skip that and the white space behind it.
type input struct{ rest string }

// extension reads a name and its parameters, up to the next comma or the end.
func (in *input) extension() (e extension, ok bool) {
	if e.name, ok = in.token(); !ok {
		return e, false
	}
	for in.skip(';') {
		p, ok := in.param()
		if !ok {
			return e, false
		}
		e.params = append(e.params, p)
	}
	return e, in.rest == "" || in.rest[0] == ','
}

// param reads a parameter, with or without a value. Whether it is to have one
// is for others to say: the two forms differ, a value cannot be empty.
func (in *input) param() (p param, ok bool) {
	if p.name, ok = in.token(); !ok || !in.skip('=') {
		return p, ok
	}
	p.hasValue = true
	if strings.HasPrefix(in.rest, `"`) {
		p.value, ok = in.quoted()
	} else {
		p.value, ok = in.token()
	}
	return p, ok
}

// token reads as many characters of a token as there are, at least one.
func (in *input) token() (string, bool) {
	n := 0
	for n < len(in.rest) && isTokenChar(in.rest[n]) {
		n++
	}
	token := in.rest[:n]
	in.rest = in.rest[n:]
	in.space()
	return token, n > 0
}

// quoted reads a quoted string.
//
// RFC 6455, section 9.1: "When using the quoted-string syntax variant, the
// value after quoted-string unescaping MUST conform to the 'token' ABNF."
func (in *input) quoted() (string, bool) {
	var value []byte
	for i := 1; i < len(in.rest); i++ {
		c := in.rest[i]
		if c == '"' {
			in.rest = in.rest[i+1:]
			in.space()
			return string(value), len(value) > 0
		}
		if c == '\\' && i+1 < len(in.rest) {
			i++
			c = in.rest[i]
		}
		if !isTokenChar(c) {
			return "", false
		}
		value = append(value, c)
	}
	return "", false
}

// skip reads one separator.
func (in *input) skip(c byte) bool {
	if in.rest == "" || in.rest[0] != c {
		return false
	}
	in.rest = in.rest[1:]
	in.space()
	return true
}

// space reads white space. Line breaks do not get so far: whoever parses the
// header field has refused or unfolded them.
func (in *input) space() { in.rest = strings.TrimLeft(in.rest, " \t") }

// isTokenChar tells the characters of a token: "any CHAR except CTLs or
// separators" (RFC 2616, section 2.2).
func isTokenChar(c byte) bool {
	return ' ' < c && c < 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?={}`, rune(c))
}
