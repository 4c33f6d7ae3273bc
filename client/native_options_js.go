//go:build js

package client

// NativeOptions are the options that only a native build has. A browser offers
// none of them, so there is nothing to set in a js build.
type NativeOptions struct{}
