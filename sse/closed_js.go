//go:build js

package sse

// netErrClosed is what ErrClosed equals: package net has no place in a bundle
// for browsers.
var netErrClosed error
