package notify

import (
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
)

func TestCallsAreMadeInOrderOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []int
		gate := make(chan struct{})
		var n Notifier
		tell := func(v int) { n.Call(func() { <-gate; told = append(told, v) }) }
		for v := range 5 {
			tell(v)
		}
		synctest.Wait()
		assert.Empty(t, told, "a function that waits holds up no one but later calls")
		close(gate)
		synctest.Wait()
		tell(5)
		synctest.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4, 5}, told)
	})
}

func TestCallMayBeCalledWithAMutexThatTheFunctionTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var n Notifier
		var told []int
		for v := range 3 {
			mu.Lock()
			n.Call(func() {
				mu.Lock()
				defer mu.Unlock()
				told = append(told, v)
			})
			mu.Unlock()
		}
		synctest.Wait()
		assert.Equal(t, []int{0, 1, 2}, told)
	})
}
