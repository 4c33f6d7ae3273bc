//go:build !js

package conformance

import (
	"net/http"
	"net/http/cookiejar"

	"github.com/amphiwire/amphiwire/sse"
)

// withCookies lets a stream keep cookies as a browser does by itself.
func withCookies(opts *sse.Options) *sse.Options {
	jar, _ := cookiejar.New(nil) // never an error
	opts.Native.Client = &http.Client{Jar: jar}
	return opts
}

// dispatch and hide are for pages.
func dispatch(string) bool        { return false }
func hide() (show func(), _ bool) { return func() {}, false }

// hangUp closes connections that are kept for requests to come: package http
// has a goroutine for each, which would count as left behind.
func hangUp() { http.DefaultClient.CloseIdleConnections() }
