//go:build !js

package suite

import (
	"context"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// The server counts: of two dials that race, one leaves a connection.
func TestTwoDialsThatRaceLeaveOneConnection(t *testing.T) {
	var dials, open atomic.Int32
	release, over := make(chan struct{}), make(chan struct{})
	echo := testserver.WebSocket(func(p *testserver.Peer) {
		open.Add(1)
		defer open.Add(-1)
		for {
			m, err := p.Receive(context.Background())
			if err != nil || p.Send(context.Background(), m) != nil {
				return
			}
		}
	}, nil)
	s, err := testserver.Listen("127.0.0.1:0", &testserver.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if dials.Add(1) == 2 {
			<-release
			defer close(over)
		}
		echo.ServeHTTP(w, r)
	})})
	require.NoError(t, err)
	defer s.Close()
	o := again(nil)
	o.Reconnect.DialTimeout = 0 // the default, which is longer than this takes
	c, err := client.Connect(t.Context(), s.WSURL()+"/mine", o)
	require.NoError(t, err)
	defer c.Close()
	s.DropAll()
	require.Eventually(t, func() bool { return dials.Load() == 2 }, patient, time.Millisecond)
	require.Eventually(t, func() bool {
		c.NetworkChanged() // the dial that hangs was made on the old network
		return dials.Load() == 3
	}, patient, 20*time.Millisecond)
	echoesAgain(t, c)
	close(release) // what the first of them was waiting for comes late
	<-over
	echoesAgain(t, c)
	assert.EqualValues(t, 1, open.Load())
	assert.EqualValues(t, 1, c.Stats().Reconnects)
	assert.EqualValues(t, 3, dials.Load())
	require.NoError(t, c.Close())
	require.Eventually(t, func() bool { return open.Load() == 0 }, patient, time.Millisecond)
}
