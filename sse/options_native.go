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
	// Whatever CheckRedirect allows, credentials are dropped when a redirect
	// leads to another origin.
	Client *http.Client
}
