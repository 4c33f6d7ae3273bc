//go:build !js

package conformance

import "runtime"

// held counts what a connection has and does not leave to the garbage
// collector: goroutines.
func held() int {
	hangUp()
	return runtime.NumGoroutine()
}

// road is the only one there is.
func road() string { return "plain" }
