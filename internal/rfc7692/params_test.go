package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParamsString(t *testing.T) {
	for want, p := range map[string]Params{
		"permessage-deflate":                             {},
		"permessage-deflate; server_no_context_takeover": {ServerNoContextTakeover: true},
		"permessage-deflate; client_no_context_takeover": {ClientNoContextTakeover: true},
		"permessage-deflate; server_max_window_bits=8":   {ServerMaxWindowBits: 8},
		"permessage-deflate; client_max_window_bits=15":  {ClientMaxWindowBits: 15},
		"permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=9; client_max_window_bits=10": {true, true, 9, 10},
	} {
		assert.Equal(t, want, p.String())
	}
}

// What one side's Deflater does is what the other side's Inflater expects.
func TestCodecsOfBothSides(t *testing.T) {
	p := Params{ServerNoContextTakeover: true, ServerMaxWindowBits: 9, ClientMaxWindowBits: 10}
	clientOut, clientIn := p.Client()
	serverOut, serverIn := p.Server()

	assert.True(t, serverOut.noContextTakeover)
	assert.True(t, clientIn.noContextTakeover)
	assert.False(t, clientOut.noContextTakeover)
	assert.False(t, serverIn.noContextTakeover)
	assert.Equal(t, 1<<9, serverOut.history.window)
	assert.Equal(t, 1<<9, clientIn.history.window)
	assert.Equal(t, 1<<10, clientOut.history.window)
	assert.Equal(t, 1<<10, serverIn.history.window)
}

func TestCodecsTalk(t *testing.T) {
	for _, p := range []Params{{}, {true, true, 0, 0}, {true, false, 8, 15}, {false, true, 15, 8}, {false, false, 11, 12}} {
		clientOut, clientIn := p.Client()
		serverOut, serverIn := p.Server()
		for _, message := range feed(50, 2000) {
			for _, way := range []struct {
				d *Deflater
				f *Inflater
			}{{clientOut, serverIn}, {serverOut, clientIn}} {
				payload, err := way.d.Deflate(nil, message)
				require.NoError(t, err)
				got, err := way.f.Inflate(nil, payload, 2000)
				require.NoError(t, err)
				require.Equal(t, string(message), string(got), p.String())
			}
		}
	}
}
