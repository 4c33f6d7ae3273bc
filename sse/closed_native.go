//go:build !js

package sse

import "net"

// netErrClosed is what ErrClosed equals: package net has no place in a bundle
// for browsers.
var netErrClosed = net.ErrClosed
