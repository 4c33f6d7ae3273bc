package leakcheck

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { Main(m) }

func TestAGoroutineThatIsLeftIsFound(t *testing.T) {
	require.Empty(t, wait(time.Minute))
	release := make(chan struct{})
	go leaked(release)
	left := wait(0)
	require.Len(t, left, 1)
	assert.Contains(t, left[0], "TestAGoroutineThatIsLeftIsFound", "with where it comes from")
	close(release)
	assert.Empty(t, wait(time.Minute), "until it is gone")
}

func leaked(release chan struct{}) { <-release }

func TestGoroutinesOnTheirWayOutAreGivenTime(t *testing.T) {
	release := make(chan struct{})
	go leaked(release)
	time.AfterFunc(20*time.Millisecond, func() { close(release) })
	assert.Empty(t, wait(time.Minute))
}

func TestExpected(t *testing.T) {
	for stack, want := range map[string]bool{
		"goroutine 1 [chan receive]:\ntesting.(*M).Run(0x1)":                  true,
		"goroutine 7 [syscall]:\nos/signal.signal_recv()":                     true,
		"goroutine 9 [select]:\nmain.leaked()\ncreated by main.f":             false,
		"goroutine 9 [IO wait]:\ninternal/poll.runtime_pollWait()":            false,
		"goroutine 3 [GC worker (idle)]:\nx()\ncreated by runtime.gcBgMark()": true,
	} {
		assert.Equal(t, want, expected(stack), strings.SplitN(stack, "\n", 2)[0])
	}
}
