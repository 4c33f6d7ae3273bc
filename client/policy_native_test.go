//go:build !js

package client

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A browser hides the answer, and with it what it asks for.
func TestWhatTheAnswerAsksFor(t *testing.T) {
	p := aPolicy(&Options{})
	for range 100 {
		d, _ := p.next(answered(503, "Retry-After", "100"))
		assert.GreaterOrEqual(t, d, 100*time.Second)
		assert.LessOrEqual(t, d, 125*time.Second)
	}
}
