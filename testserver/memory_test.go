package testserver

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func add(n int) int { return n + 1 }

func TestAMemoryKeepsOneValueForEachKey(t *testing.T) {
	var m memory[int]
	assert.Equal(t, 1, m.update("a", add))
	assert.Equal(t, 2, m.update("a", add))
	assert.Equal(t, 1, m.update("b", add))
}

func TestAMemoryForgetsTheOldestKey(t *testing.T) {
	var m memory[int]
	for k := range maxStreams + 1 {
		m.update(strconv.Itoa(k), add)
	}
	assert.Len(t, m.values, maxStreams)
	assert.LessOrEqual(t, len(m.order), maxStreams)
	assert.Equal(t, 2, m.update(strconv.Itoa(maxStreams), add), "the newest is known")
	assert.Equal(t, 2, m.update("1", add), "the second is known")
	assert.Equal(t, 1, m.update("0", add), "the first is not")
}

func TestAMemoryIsForManyGoroutines(t *testing.T) {
	var m memory[int]
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { m.update("a", add) })
	}
	all.Wait()
	assert.Equal(t, 101, m.update("a", add))
}
