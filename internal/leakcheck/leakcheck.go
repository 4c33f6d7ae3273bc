// Package leakcheck fails a package's tests when they leave goroutines behind.
package leakcheck

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main runs the tests of m and exits. If they passed but goroutines that they
// started are still there a few seconds later, it prints their stacks and
// exits with status 1. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if left := wait(5 * time.Second); len(left) > 0 {
			fmt.Fprintf(os.Stderr, "%d goroutines are left after the tests:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
			code = 1
		}
	}
	os.Exit(code)
}

// wait gives goroutines that are on their way out time to go: the tests have
// returned, but a deferred close may not have been noticed on the other end.
func wait(limit time.Duration) []string {
	deadline := time.Now().Add(limit)
	for {
		left := others()
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// others lists the stacks of all goroutines but the calling one and those
// that the test binary itself keeps.
func others() []string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var left []string
	for i, stack := range strings.Split(string(buf), "\n\n") {
		if i > 0 && !expected(stack) {
			left = append(left, strings.TrimSpace(stack))
		}
	}
	return left
}

// expected reports whether a goroutine belongs to the runtime or to package
// testing rather than to the code under test.
func expected(stack string) bool {
	for _, of := range []string{
		"testing.(*M).", "testing.RunTests", "testing.tRunner.func", "testing/internal/testdeps",
		"runtime.goexit0", "created by runtime.", "os/signal.signal_recv", "os/signal.loop",
		"runtime/pprof", "runtime.ensureSigM", "created by syscall/js.", "syscall/js.handleEvent", "runtime.handleEvent",
	} {
		if strings.Contains(stack, of) {
			return true
		}
	}
	return false
}
