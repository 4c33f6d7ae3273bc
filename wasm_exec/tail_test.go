package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheEndOfALogIsKept(t *testing.T) {
	var log tail
	assert.Empty(t, log.String())
	fmt.Fprint(&log, "short")
	assert.Equal(t, "short", log.String())

	var all strings.Builder
	for i := range 10000 {
		fmt.Fprintln(&all, i)
		fmt.Fprintln(&log, i)
		assert.LessOrEqual(t, len(log.buf), 2*tailSize)
	}
	assert.Equal(t, all.String()[all.Len()-tailSize:], log.String())
}

func TestALongWriteIsCut(t *testing.T) {
	var log tail
	n, err := log.Write([]byte(strings.Repeat("a", 10*tailSize) + "z"))
	assert.NoError(t, err)
	assert.Equal(t, 10*tailSize+1, n)
	assert.Equal(t, strings.Repeat("a", tailSize-1)+"z", log.String())
}
