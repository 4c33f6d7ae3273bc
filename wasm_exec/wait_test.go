package main

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// scene is a running program under the control of a test.
type scene struct {
	exit    chan int
	died    chan error
	signals chan os.Signal
	asked   int // how often for stacks
	answer  bool
}

func newScene() *scene {
	return &scene{exit: make(chan int, 1), died: make(chan error, 1), signals: make(chan os.Signal, 4)}
}

func (s *scene) wait(limit time.Duration) (int, error) {
	r := running{exit: s.exit, died: s.died, stacks: func() {
		s.asked++
		if s.answer {
			s.exit <- 2
		}
	}}
	return r.wait(s.signals, limit)
}

func TestTheExitCodeIsTheProgramsOwn(t *testing.T) {
	s := newScene()
	s.exit <- 7
	code, err := s.wait(time.Hour)
	assert.NoError(t, err)
	assert.Equal(t, 7, code)
	assert.Zero(t, s.asked)
}

func TestALostProgramIsAnError(t *testing.T) {
	s := newScene()
	lost := errors.New("lost")
	s.died <- lost
	code, err := s.wait(0)
	assert.ErrorIs(t, err, lost)
	assert.Equal(t, 1, code)
}

func TestAnExitCodeWinsOverTheBrowsersEnd(t *testing.T) {
	for range 50 { // select would take either
		s := newScene()
		s.died <- errors.New("lost")
		s.exit <- 0
		code, err := s.wait(0)
		assert.NoError(t, err)
		assert.Zero(t, code)
	}
}

func TestSignalsEndTheProgram(t *testing.T) {
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		s := newScene()
		s.signals <- sig
		code, err := s.wait(time.Hour)
		assert.NoError(t, err)
		assert.Equal(t, want, code)
	}
}

func TestSIGQUITAsksForStacksOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene()
		s.signals <- syscall.SIGQUIT
		s.signals <- syscall.SIGQUIT
		time.AfterFunc(patience-1, func() { s.exit <- 2 })
		code, err := s.wait(time.Second) // which no longer counts
		assert.NoError(t, err)
		assert.Equal(t, 2, code)
		assert.Equal(t, 1, s.asked)
	})
}

func TestSIGQUITDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene()
		s.signals <- syscall.SIGQUIT
		start := time.Now()
		code, err := s.wait(0)
		var stuck *stuckError
		assert.ErrorAs(t, err, &stuck)
		assert.Equal(t, 131, code)
		assert.Equal(t, patience, time.Since(start))
	})
}

func TestOverItsLimitAProgramIsAskedForStacks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene()
		s.answer = true
		start := time.Now()
		code, err := s.wait(time.Minute)
		var timeout *timeoutError
		assert.ErrorAs(t, err, &timeout)
		assert.Equal(t, time.Minute, timeout.Limit)
		assert.Equal(t, 2, code)
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

func TestATimeoutIsNeverASuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene()
		time.AfterFunc(time.Minute+time.Second, func() { s.exit <- 0 })
		code, err := s.wait(time.Minute)
		assert.Error(t, err)
		assert.Equal(t, 1, code)
	})
}

func TestABusyProgramIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		code, err := newScene().wait(time.Minute)
		assert.ErrorContains(t, err, "the program ran longer than 1m0s; the program did not answer within 5s")
		assert.Equal(t, 1, code)
	})
}

func TestWithoutALimitNothingEndsTheProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene()
		time.AfterFunc(1000*time.Hour, func() { s.exit <- 0 })
		code, err := s.wait(0)
		assert.NoError(t, err)
		assert.Zero(t, code)
	})
}
