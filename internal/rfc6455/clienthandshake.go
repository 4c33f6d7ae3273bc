package rfc6455

import (
	"slices"
	"strconv"
	"strings"
)

// Agreed is what a handshake settled.
type Agreed struct {
	// Subprotocol is the one that the server selected, "" for none.
	Subprotocol string
	// Extensions is the value of the server's Sec-WebSocket-Extensions, ""
	// for none. Its names are among those offered; its parameters are for the
	// extension to check.
	Extensions string
}

// CheckResponse checks the server's handshake resp against the client's
// handshake req, by the list in RFC 6455, section 4.1. The error is a
// [*HandshakeError]; for a status other than 101 its Field is "status".
func CheckResponse(req *Request, resp *Response) (Agreed, error) {
	if resp.StatusCode != statusSwitchingProtocols {
		got := trim(strconv.Itoa(resp.StatusCode) + " " + resp.Reason)
		return Agreed{}, mismatch("status", got, "101")
	}
	for _, check := range []func(*Request, *Response) error{
		checkUpgradeAnswer, checkConnectionAnswer, checkAccept, checkProtocolAnswer, checkExtensionsAnswer,
	} {
		if err := check(req, resp); err != nil {
			return Agreed{}, err
		}
	}
	return Agreed{
		Subprotocol: value(resp.Header[fieldProtocol]),
		Extensions:  value(resp.Header[fieldExtensions]),
	}, nil
}

// value joins the values of a field, which is what several fields of the same
// name mean (RFC 9110, section 5.3).
func value(values []string) string { return strings.Join(values, ", ") }

// checkUpgradeAnswer is step 2. A list of protocols is refused even if
// websocket is on it: the connection would be something on top of it.
//
// "If the response lacks an |Upgrade| header field or the |Upgrade| header
// field contains a value that is not an ASCII case-insensitive match for the
// value "websocket", the client MUST _Fail the WebSocket Connection_."
func checkUpgradeAnswer(_ *Request, resp *Response) error {
	list := elements(resp.Header["Upgrade"])
	if len(list) != 1 || !equalFold(list[0], "websocket") {
		return mismatch("Upgrade", value(resp.Header["Upgrade"]), "websocket")
	}
	return nil
}

// checkConnectionAnswer is step 3.
//
// "If the response lacks a |Connection| header field or the |Connection|
// header field doesn't contain a token that is an ASCII case-insensitive match
// for the value "Upgrade", the client MUST _Fail the WebSocket Connection_."
func checkConnectionAnswer(_ *Request, resp *Response) error {
	if !containsFold(elements(resp.Header["Connection"]), "Upgrade") {
		return mismatch("Connection", value(resp.Header["Connection"]), "Upgrade")
	}
	return nil
}

// checkAccept is step 4. Section 11.3.3: "The |Sec-WebSocket-Accept| header
// MUST NOT appear more than once in an HTTP response."
//
// "If the response lacks a |Sec-WebSocket-Accept| header field or the
// |Sec-WebSocket-Accept| contains a value other than the base64-encoded SHA-1
// of the concatenation of the |Sec-WebSocket-Key| (as a string, not
// base64-decoded) with the string "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" but
// ignoring any leading and trailing whitespace, the client MUST _Fail the
// WebSocket Connection_."
func checkAccept(req *Request, resp *Response) error {
	got, want := resp.Header[fieldAccept], AcceptKey(req.Key)
	if len(got) != 1 || got[0] != want {
		return mismatch("Sec-WebSocket-Accept", value(got), want)
	}
	return nil
}

// checkProtocolAnswer is step 6. An empty value is not none: section 4.2.2 says
// that "the empty string is not the same as the null value for these purposes
// and is not a legal value for this field". Section 11.3.4: "the |Sec-WebSocket-Protocol|
// header field MUST NOT appear more than once in an HTTP response." Case
// counts: subprotocols are compared as they are.
//
// "If the response includes a |Sec-WebSocket-Protocol| header field and this
// header field indicates the use of a subprotocol that was not present in the
// client's handshake (the server has indicated a subprotocol not requested by
// the client), the client MUST _Fail the WebSocket Connection_."
func checkProtocolAnswer(req *Request, resp *Response) error {
	got := resp.Header[fieldProtocol]
	if len(got) == 0 || len(got) == 1 && slices.Contains(req.Subprotocols, got[0]) {
		return nil
	}
	want := "no such field"
	if len(req.Subprotocols) > 0 {
		want = "one of the " + strconv.Itoa(len(req.Subprotocols)) + " that were offered"
	}
	return mismatch("Sec-WebSocket-Protocol", selected(got, req.Subprotocols), want)
}

// selected is what an error tells of a server's answer. Names that were offered
// stay out of it, since they may hold a token, and a server that repeats the
// whole list may have been offered more by somebody else.
func selected(got, offered []string) string {
	names := elements(got)
	switch {
	case len(names) > 1:
		return strconv.Itoa(len(names)) + " names"
	case len(names) == 1 && containsFold(offered, names[0]):
		return "one that was offered in another case"
	}
	return value(got)
}

// checkExtensionsAnswer is step 5. Whether the field may appear more than once
// the RFC answers twice: section 11.3.2 with no, section 4.2.2 with yes, "split
// between multiple instances of the |Sec-WebSocket-Extensions| header field".
// The latter is in what a response is to be checked against, so it holds.
//
// "If the response includes a |Sec-WebSocket-Extensions| header field and this
// header field indicates the use of an extension that was not present in the
// client's handshake (the server has indicated an extension not requested by
// the client), the client MUST _Fail the WebSocket Connection_."
func checkExtensionsAnswer(req *Request, resp *Response) error {
	got := value(resp.Header[fieldExtensions])
	offered, _ := extensionNames(req.Extensions)
	names, ok := extensionNames(got)
	for _, name := range names {
		ok = ok && slices.Contains(offered, name)
	}
	if !ok {
		return mismatch("Sec-WebSocket-Extensions", got, "of "+strconv.Quote(req.Extensions))
	}
	return nil
}
