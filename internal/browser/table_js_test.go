//go:build js

package browser

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTableIsLikeAMap(t *testing.T) {
	var table table
	want := map[int32]*arrival{}
	random := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		id := random.Int32N(2000) - 1000 // several in each place
		if g := want[id]; g != nil {
			table.remove(g)
			table.remove(g)
			delete(want, id)
		} else {
			want[id] = &arrival{id: id}
			table.add(want[id])
		}
		probe := random.Int32N(2000) - 1000
		require.Same(t, want[probe], table.find(probe))
	}
	require.NotEmpty(t, want)
	for id, g := range want {
		assert.Same(t, g, table.find(id))
	}
}

func TestTableDoesNotAllocate(t *testing.T) {
	var table table
	first, second := &arrival{id: 1}, &arrival{id: 257}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		table.add(first)
		table.add(second)
		table.find(1)
		table.remove(first)
		table.remove(second)
	}))
}
