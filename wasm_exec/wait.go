package main

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// patience is how long a program that was asked for its goroutine stacks may
// take to write them and end.
const patience = 5 * time.Second

// stacksNote comes before the stacks, whose own first line is about how they
// are had.
const stacksNote = "wasm_exec: the program is made to panic, to show its goroutines"

// running is a program that has been started.
type running struct {
	exit   <-chan int   // its exit code, once
	died   <-chan error // the reason why there will be no exit code, once
	stacks func()       // asks it to write its goroutine stacks and end
}

// stuckError says that a program did not end although it was asked to.
type stuckError struct{ Cause string }

func (e *stuckError) Error() string {
	return fmt.Sprintf("%s; the program did not answer within %v: it may be computing without end", e.Cause, patience)
}

// timeoutError says that a program took longer than it may.
type timeoutError struct{ Limit time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("the program ran longer than %v", e.Limit) }

// wait blocks until the program has ended, and returns its exit code or the
// one that says how it was ended. A limit of 0 is none.
func (r running) wait(signals <-chan os.Signal, limit time.Duration) (int, error) {
	var timeout, givenUp <-chan time.Time
	var cause error
	if limit > 0 {
		timeout = time.After(limit)
	}
	for {
		select {
		case code := <-r.exit:
			return failing(code, cause), cause
		case err := <-r.died:
			// The browser may end right after its page said that all is well.
			return r.afterDeath(err)
		case s := <-signals:
			if s != syscall.SIGQUIT {
				return signalCode(s), nil
			}
			timeout = nil // one reason to end is enough
		case <-timeout:
			cause = &timeoutError{limit}
		case <-givenUp:
			if cause == nil {
				return signalCode(syscall.SIGQUIT), &stuckError{"SIGQUIT"}
			}
			return 1, &stuckError{cause.Error()}
		}
		if givenUp == nil {
			r.stacks()
			givenUp = time.After(patience)
		}
	}
}

// afterDeath prefers an exit code that came in at the same time.
func (r running) afterDeath(err error) (int, error) {
	select {
	case code := <-r.exit:
		return code, nil
	default:
		return 1, err
	}
}

// failing makes sure that what did not go as it should does not look as if.
func failing(code int, cause error) int {
	if code == 0 && cause != nil {
		return 1
	}
	return code
}

// signalCode is what a shell makes of a death by this signal.
func signalCode(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}
