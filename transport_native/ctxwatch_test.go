package native

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCtxWatch(t *testing.T) {
	a, b := &watchedContext{Context: context.Background(), done: make(chan struct{})},
		&watchedContext{Context: context.Background(), done: make(chan struct{})}
	var w ctxWatch
	assert.False(t, w.differs(context.Background()), "one that cannot end needs no watching")
	assert.True(t, w.differs(a))
	w.set(a, func() {})
	assert.False(t, w.differs(a), "it is watched")
	assert.False(t, w.differs(context.WithValue(a, &w, 1)), "it ends with the one that is watched")
	assert.False(t, w.differs(context.Background()), "that is no reason to let go of the other")
	assert.True(t, w.differs(b))
	w.set(b, func() {})
	assert.Zero(t, a.watchers.Load(), "only the last is watched")
	assert.EqualValues(t, 1, b.watchers.Load())
	w.clear()
	w.clear()
	assert.Zero(t, b.watchers.Load())
	assert.True(t, w.differs(b))
}
