package rfc7692

import "strconv"

// Options is what an endpoint asks its peer for. The zero value asks for the
// best compression. A history costs each side memory: the sender of a direction
// up to 64 KiB, its receiver up to 32 KiB, less with a smaller window.
type Options struct {
	// ServerNoContextTakeover and ClientNoContextTakeover trade compression for
	// memory: no history is kept from message to message. A client's wish for
	// the server, and a server's wish for the client, binds the other.
	ServerNoContextTakeover, ClientNoContextTakeover bool
	// ServerMaxWindowBits and ClientMaxWindowBits limit the histories, as
	// base-2 logarithms from 8 to 15; other values mean 15. A server limits a
	// client only if the client has said that it can be limited.
	ServerMaxWindowBits, ClientMaxWindowBits int
}

// Offer returns what a client sends in Sec-WebSocket-Extensions: one offer,
// which lets the server choose the client's window as browsers do.
func Offer(o Options) string {
	s := Params{
		ServerNoContextTakeover: o.ServerNoContextTakeover,
		ClientNoContextTakeover: o.ClientNoContextTakeover,
		ServerMaxWindowBits:     limitOf(o.ServerMaxWindowBits),
	}.String() + "; " + clientMaxWindowBits
	if bits := limitOf(o.ClientMaxWindowBits); bits != 0 {
		s += "=" + strconv.Itoa(bits)
	}
	return s
}

// limitOf is bits where it limits something, or 0.
func limitOf(bits int) int {
	if bits < MinWindowBits || bits >= MaxWindowBits {
		return 0
	}
	return bits
}

// CheckAnswer compares a server's answer with what the client offered, both
// being values of Sec-WebSocket-Extensions. ok is false if the server declined
// the extension. Any error is a *NegotiationError, and the client has to fail
// the connection: the answer is malformed, or nothing that was offered, or
// names other extensions.
func CheckAnswer(offered, extensions string) (p Params, ok bool, err error) {
	list, err := parseExtensions(extensions)
	if err != nil || len(list) == 0 {
		return Params{}, false, err
	}
	p, err = checkAnswers(offered, list)
	if e, is := err.(*NegotiationError); is && e.Header == "" {
		e.Header = extensions
	}
	return p, err == nil, err
}

// checkAnswers wants exactly one answer.
//
// RFC 6455, section 4.1: "If the response includes a |Sec-WebSocket-Extensions|
// header field and this header field indicates the use of an extension that was
// not present in the client's handshake (the server has indicated an extension
// not requested by the client), the client MUST _Fail the WebSocket
// Connection_."
func checkAnswers(offered string, list []extension) (Params, error) {
	for _, e := range list {
		if e.name != Name {
			return Params{}, refuse("5", "extension %s was not offered", e.name)
		}
	}
	if len(list) > 1 {
		return Params{}, refuse("5", "%s is answered %d times", Name, len(list))
	}
	answer, err := parseTerms(list[0], false)
	if err != nil {
		return Params{}, err
	}
	return match(offered, answer)
}

// match finds the offer that answer accepts. Where there is none, it tells
// what is wrong with regard to the first one, which was preferred.
func match(offered string, answer terms) (Params, error) {
	offers, err := parseExtensions(offered)
	if err != nil {
		return Params{}, err
	}
	var first error
	for _, e := range offers {
		if e.name != Name {
			continue
		}
		p, err := matchOne(e, answer)
		if err == nil {
			return p, nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = refuse("5", "%s was not offered", Name)
	}
	return Params{}, first
}

// matchOne compares answer with a single offer. Ours are valid, but a caller
// may have added to them.
func matchOne(e extension, answer terms) (Params, error) {
	offer, err := parseTerms(e, true)
	if err != nil {
		return Params{}, err
	}
	return offer.accepted(answer)
}

// accepted returns what client and server have agreed on if answer accepts
// offer, parameter by parameter.
func (offer terms) accepted(answer terms) (Params, error) {
	p := answer.Params
	// Section 7.1.1.1: "A server accepts an extension negotiation offer that
	// includes the "server_no_context_takeover" extension parameter by
	// including the "server_no_context_takeover" extension parameter in the
	// corresponding extension negotiation response".
	if offer.ServerNoContextTakeover && !answer.ServerNoContextTakeover {
		return Params{}, refuse("7.1.1.1", "no %s, which was offered", serverNoContextTakeover)
	}
	// Section 7.1.1.2: "even if the server doesn't include the
	// "client_no_context_takeover" extension parameter in the corresponding
	// extension negotiation response to the offer, the client is not going to
	// use context takeover."
	p.ClientNoContextTakeover = p.ClientNoContextTakeover || offer.ClientNoContextTakeover
	// Section 7.1.2.1: "A server accepts an extension negotiation offer with
	// this parameter by including the "server_max_window_bits" extension
	// parameter in the extension negotiation response to send back to the
	// client with the same or smaller value as the offer."
	if n := offer.ServerMaxWindowBits; n != 0 && (p.ServerMaxWindowBits == 0 || p.ServerMaxWindowBits > n) {
		return Params{}, refuse("7.1.2.1", "%s is not limited to %d, as was offered", serverMaxWindowBits, n)
	}
	return p, offer.clientWindow(p.ClientMaxWindowBits)
}

// clientWindow checks the answer's client_max_window_bits, 0 if it has none.
//
// Section 7.1.2.2: "If a received extension negotiation offer doesn't have the
// "client_max_window_bits" extension parameter, the corresponding extension
// negotiation response to the offer MUST NOT include the
// "client_max_window_bits" extension parameter." And of an offer that has a
// value, "… in the corresponding extension negotiation response to the offer
// with a value equal to or smaller than the received value."
func (offer terms) clientWindow(answered int) error {
	n := offer.ClientMaxWindowBits
	switch {
	case answered == 0, offer.anyClientWindow, answered <= n:
		return nil
	case n == 0:
		return refuse("7.1.2.2", "%s was not offered", clientMaxWindowBits)
	}
	return refuse("7.1.2.2", "%s is %d, but at most %d was offered", clientMaxWindowBits, answered, n)
}
