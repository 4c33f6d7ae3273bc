//go:build js

package conformance

import (
	"runtime"

	platform "github.com/amphiwire/amphiwire/internal/browser" // browser is a target here
)

// held counts what a connection has and does not leave to the garbage
// collector: goroutines, and callbacks that JavaScript can reach.
func held() int { return runtime.NumGoroutine() + platform.LiveCallbacks() }

// road is how messages of WebSockets travel.
func road() string {
	if platform.Plain() != "" {
		return "plain"
	}
	return "glue"
}
