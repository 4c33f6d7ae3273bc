//go:build !js

package interop

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

// patience is how long one row may take. It measures nothing: a row takes
// milliseconds, and those with the largest messages a second or two.
const patience = 60 * time.Second

// TestInterop runs every peer whose programs are there. A table for each peer
// is in a file of its own.
func TestInterop(t *testing.T) {
	companion := startCompanion(t)
	for _, p := range []struct {
		name string
		run  func(*testing.T, *companionServer)
	}{
		{"ws server", wsServer},
		{"ws client", wsClient},
		{"websockets server", pythonServer},
		{"websockets client", pythonClient},
		{"nginx", nginx},
		{"haproxy", haproxy},
		{"apache", apache},
		{"caddy", caddy},
		{"tinyproxy", tinyproxy},
		{"squid", squid},
		{"microsocks", microsocks},
	} {
		t.Run(p.name, func(t *testing.T) { p.run(t, companion) })
	}
}

// everything reports whether a missing program is a failure.
func everything() bool { return os.Getenv("AMPHIWIRE_INTEROP") == "all" }

// needs skips t if a program is missing, or fails it if everything is to run.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil && everything() {
			t.Fatalf("%s is missing, and AMPHIWIRE_INTEROP is all", p)
		} else if err != nil {
			t.Skip(p + " is missing")
		}
	}
}

// needsAll is needs for what runs only on demand.
func needsAll(t *testing.T, programs ...string) {
	t.Helper()
	if !everything() {
		t.Skip("runs if AMPHIWIRE_INTEROP is all")
	}
	needs(t, programs...)
}

// row is the time of one row.
func row(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}
