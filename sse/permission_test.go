package sse

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLastEventIDGoesInTheQueryWhereAPageMayNotSendTheField(t *testing.T) {
	p := permission{asking: true}
	assert.True(t, p.learn(assert.AnError), "at once")
	assert.True(t, p.byQuery)
	p.asking = false
	assert.False(t, p.learn(nil))
	assert.True(t, p.byQuery)
	assert.False(t, p.learn(assert.AnError), "the server is away")
	assert.True(t, p.byQuery, "what it permits is known")
}

func TestAServerThatIsAwayIsNotTakenForOneThatPermitsNothing(t *testing.T) {
	p := permission{asking: true}
	for range 3 {
		assert.True(t, p.learn(assert.AnError))
		p.asking = false
		assert.False(t, p.learn(assert.AnError))
		assert.False(t, p.byQuery)
		p.asking = true
	}
	assert.False(t, p.learn(status(503)), "an answer shows that it was permitted")
	assert.True(t, p.granted)
}
