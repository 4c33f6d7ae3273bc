package sse

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestStatesAreToldInOrderOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []int
		gate := make(chan struct{})
		s := states{tell: func(c StateChange) { <-gate; told = append(told, c.Attempt) }}
		for n := range 5 {
			s.set(StateChange{State: Open, Attempt: n})
		}
		synctest.Wait()
		assert.Empty(t, told, "a function that waits holds up no one but later calls")
		assert.Equal(t, Open, s.state())
		close(gate)
		synctest.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4}, told)
		s.set(StateChange{State: Connecting, Attempt: 5})
		synctest.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, told)
	})
}

func TestNothingFollowsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []State
		s := states{tell: func(c StateChange) { told = append(told, c.State) }}
		s.set(StateChange{State: Closed})
		s.set(StateChange{State: Open})
		s.set(StateChange{State: Closed})
		synctest.Wait()
		assert.Equal(t, []State{Closed}, told)
		assert.Equal(t, Closed, s.state())
	})
}

func TestStateNames(t *testing.T) {
	assert.Equal(t, "connecting", Connecting.String())
	assert.Equal(t, "open", Open.String())
	assert.Equal(t, "closed", Closed.String())
}
