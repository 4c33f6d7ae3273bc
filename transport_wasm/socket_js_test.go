//go:build js

package wasm

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/browser"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// nowhere does not resolve: RFC 6761, section 6.4, keeps ".invalid" for that.
const nowhere = "ws://nowhere.invalid/"

func dialURL(ctx context.Context, url string) error {
	config := testConfig()
	config.URL = url
	_, err := Dial(ctx, config)
	return err
}

func TestFailedDialsLeaveNoCallbacks(t *testing.T) {
	before := browser.LiveCallbacks()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for range 4 { // Chromium waits longer each time
		err := dialURL(ctx, nowhere)
		var handshake *transport.HandshakeError
		require.ErrorAs(t, err, &handshake)
		require.ErrorIs(t, err, errDial)
		require.Equal(t, before, browser.LiveCallbacks())
	}
}

func TestADialThatIsCancelledLeavesNoCallbacks(t *testing.T) {
	before := browser.LiveCallbacks()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- dialURL(ctx, nowhere) }()
	go cancel()
	assert.ErrorIs(t, <-result, context.Canceled)
	assert.Equal(t, before, browser.LiveCallbacks())
}

func TestWhatTheConstructorRefusesLeavesNoCallbacks(t *testing.T) {
	before := browser.LiveCallbacks()
	for what, url := range map[string]string{"a bad URL": "ws://[", "a scheme": "gopher://nowhere.invalid/"} {
		err := dialURL(t.Context(), url)
		var handshake *transport.HandshakeError
		require.ErrorAs(t, err, &handshake, what)
		var thrown *browser.Error
		if errors.As(err, &thrown) {
			assert.Equal(t, "SyntaxError", thrown.Name, what)
		} else {
			require.ErrorIs(t, err, errURL, "%s: the engine has quoted it", what)
		}
	}
	assert.Equal(t, before, browser.LiveCallbacks())
}
