package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPagesGetTheScriptAsItIs(t *testing.T) {
	file, err := os.ReadFile("amphiwire.js")
	require.NoError(t, err)
	answer := newSite(t, nil).do("GET", "/amphiwire.js", "")
	assert.Equal(t, javaScript, answer.Header.Get("Content-Type"))
	assert.Equal(t, string(file), body(t, answer))
}

func TestNodeGetsTheScriptUnlessItIsNotWanted(t *testing.T) {
	for plain, want := range map[bool]string{false: amphiwire, true: ""} {
		p := newSite(t, nil, func(p *program) { p.plain = plain }).p
		argv, err := nodeCommand("node", "dir", p)
		require.NoError(t, err)
		var config nodeConfig
		require.NoError(t, json.Unmarshal([]byte(argv[len(argv)-1]), &config))
		assert.Equal(t, want, config.Amphiwire)
	}
}
