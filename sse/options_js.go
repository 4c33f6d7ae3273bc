//go:build js

package sse

// NativeOptions are what only a native program can choose. In a browser the
// struct is empty.
type NativeOptions struct{}
