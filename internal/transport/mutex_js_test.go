//go:build js

package transport

import (
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAMutexIsHeldByOne(t *testing.T) {
	var mu mutex
	var wg sync.WaitGroup
	sum := 0
	for range 100 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
			before := sum
			runtime.Gosched() // as an allocation may
			sum = before + 1
		})
	}
	wg.Wait()
	assert.Equal(t, 100, sum)
}
