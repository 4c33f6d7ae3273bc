//go:build !js

package sse

import "net/http"

// NativeOptions are what only a native program can choose. In a browser the
// struct is empty.
type NativeOptions struct {
	// Client makes the requests: its Transport, Jar and CheckRedirect are
	// used. Its Timeout is not, because it bounds the whole body and would
	// end every stream; see Options.IdleTimeout. Nil: http.DefaultClient.
	//
	// Whatever CheckRedirect allows, 20 redirects are the limit and
	// credentials are dropped when one leads to another origin.
	//
	// Over HTTP/2 many streams share a connection. That it is gone without a
	// word is noticed for all of them at once by pings, which are off by
	// default: set SendPingTimeout in the Transport's HTTP2 settings.
	Client *http.Client
}
