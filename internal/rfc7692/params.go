package rfc7692

import "strconv"

// Name is the extension's name in the header field Sec-WebSocket-Extensions.
const Name = "permessage-deflate"

// The bounds and the default of both window sizes, as base-2 logarithms.
//
// RFC 7692, section 7.1.2.1: "This parameter has a decimal integer value
// without leading zeroes between 8 to 15, inclusive".
const (
	MinWindowBits = 8
	MaxWindowBits = 15
)

// The four parameters of section 7.1.
const (
	serverNoContextTakeover = "server_no_context_takeover"
	clientNoContextTakeover = "client_no_context_takeover"
	serverMaxWindowBits     = "server_max_window_bits"
	clientMaxWindowBits     = "client_max_window_bits"
)

// Params is what client and server have agreed on. The zero value is the
// extension without parameters.
type Params struct {
	// ServerNoContextTakeover and ClientNoContextTakeover say that the server's
	// or the client's compressor starts anew with every message.
	ServerNoContextTakeover, ClientNoContextTakeover bool
	// ServerMaxWindowBits and ClientMaxWindowBits limit how far back the
	// server's or the client's compressor refers, from 8 to 15. Zero means that
	// the parameter was not negotiated, and so 15.
	ServerMaxWindowBits, ClientMaxWindowBits int
}

// Client returns the codecs of a client, one for each direction.
func (p Params) Client() (*Deflater, *Inflater) {
	return NewDeflater(p.ClientNoContextTakeover, p.ClientMaxWindowBits),
		NewInflater(p.ServerNoContextTakeover, p.ServerMaxWindowBits)
}

// Server returns the codecs of a server, one for each direction.
func (p Params) Server() (*Deflater, *Inflater) {
	return NewDeflater(p.ServerNoContextTakeover, p.ServerMaxWindowBits),
		NewInflater(p.ClientNoContextTakeover, p.ClientMaxWindowBits)
}

// String writes p as an element of Sec-WebSocket-Extensions.
func (p Params) String() string {
	s := Name
	if p.ServerNoContextTakeover {
		s += "; " + serverNoContextTakeover
	}
	if p.ClientNoContextTakeover {
		s += "; " + clientNoContextTakeover
	}
	if p.ServerMaxWindowBits != 0 {
		s += "; " + serverMaxWindowBits + "=" + strconv.Itoa(p.ServerMaxWindowBits)
	}
	if p.ClientMaxWindowBits != 0 {
		s += "; " + clientMaxWindowBits + "=" + strconv.Itoa(p.ClientMaxWindowBits)
	}
	return s
}

// terms are the parameters of one offer or answer as they were received, before
// anything is agreed on.
type terms struct {
	Params
	// anyClientWindow is client_max_window_bits without a value: the client
	// does what the server wants. Only an offer may have it.
	anyClientWindow bool
}

// parseTerms reads the parameters of e, which is an offer or else an answer.
//
// RFC 7692, section 7: "A server MUST decline an extension negotiation offer
// for this extension if any of the following conditions are met: o The
// negotiation offer contains an extension parameter not defined for use in an
// offer. o The negotiation offer contains an extension parameter with an
// invalid value. o The negotiation offer contains multiple extension parameters
// with the same name." For the same reasons a client has to fail the connection.
func parseTerms(e extension, offer bool) (terms, error) {
	var t terms
	for i, p := range e.params {
		for _, earlier := range e.params[:i] {
			if earlier.name == p.name {
				return terms{}, refuse("7", "more than one %s", p.name)
			}
		}
		if err := t.set(p, offer); err != nil {
			return terms{}, err
		}
	}
	return t, nil
}

// set reads one parameter. Its name is compared as it is: the RFC registers the
// names in lower case, and says nothing of other cases.
func (t *terms) set(p param, offer bool) (err error) {
	switch {
	case p.name == serverNoContextTakeover:
		t.ServerNoContextTakeover, err = flag("7.1.1.1", p)
	case p.name == clientNoContextTakeover:
		t.ClientNoContextTakeover, err = flag("7.1.1.2", p)
	case p.name == serverMaxWindowBits:
		t.ServerMaxWindowBits, err = windowBits("7.1.2.1", p)
	case p.name == clientMaxWindowBits && offer && !p.hasValue:
		t.anyClientWindow = true
	case p.name == clientMaxWindowBits:
		t.ClientMaxWindowBits, err = windowBits("7.1.2.2", p)
	default:
		err = refuse("7", "unknown parameter %s", p.name)
	}
	return err
}

// flag reads a parameter that is there or not: "This extension parameter has no
// value."
func flag(section string, p param) (bool, error) {
	if p.hasValue {
		return false, refuse(section, "%s has the value %s, but takes none", p.name, p.value)
	}
	return true, nil
}

// windowBits reads a window size: one of eight strings, so that there is no
// sign, leading zero or overflow to think of.
func windowBits(section string, p param) (int, error) {
	switch v := p.value; {
	case len(v) == 1 && (v == "8" || v == "9"):
		return int(v[0] - '0'), nil
	case len(v) == 2 && v[0] == '1' && '0' <= v[1] && v[1] <= '5':
		return 10 + int(v[1]-'0'), nil
	}
	return 0, refuse(section, "%s is %q, want an integer from 8 to 15", p.name, p.value)
}
