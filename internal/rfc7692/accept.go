package rfc7692

// Accept chooses the first of a client's offers that is valid, offers being
// the value of Sec-WebSocket-Extensions with other extensions among them. It
// returns what is agreed on and the answer to send. ok is false if there is no
// such offer: the server then answers without the extension.
//
// RFC 7692, section 5: "The order of elements is important as it specifies the
// client's preference. An element preceding another element has higher
// preference." An invalid offer is passed over, as section 7 asks.
func Accept(offers string, o Options) (p Params, answer string, ok bool) {
	list, err := parseExtensions(offers)
	if err != nil {
		return Params{}, "", false
	}
	for _, e := range list {
		if e.name != Name {
			continue
		}
		if offer, err := parseTerms(e, true); err == nil {
			p = offer.accept(o)
			return p, p.String(), true
		}
	}
	return Params{}, "", false
}

// accept does what the client asks for, and what o asks for within that. What
// the client only hints at, it confirms: client_no_context_takeover, and a value
// of client_max_window_bits. That binds the client, and saves memory here.
func (offer terms) accept(o Options) Params {
	return Params{
		ServerNoContextTakeover: offer.ServerNoContextTakeover || o.ServerNoContextTakeover,
		ClientNoContextTakeover: offer.ClientNoContextTakeover || o.ClientNoContextTakeover,
		ServerMaxWindowBits:     lower(offer.ServerMaxWindowBits, limitOf(o.ServerMaxWindowBits)),
		ClientMaxWindowBits:     offer.acceptClientWindow(limitOf(o.ClientMaxWindowBits)),
	}
}

// acceptClientWindow returns the lower of two limits, but none if the client
// has not said that it understands the parameter (section 7.1.2.2).
func (offer terms) acceptClientWindow(limit int) int {
	if !offer.anyClientWindow && offer.ClientMaxWindowBits == 0 {
		return 0
	}
	return lower(offer.ClientMaxWindowBits, limit)
}

// lower returns the lower of two limits of which 0 means none.
func lower(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
