//go:build !js

package suite

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// A script is one case. This end sends, and want comes back.
type script struct {
	name string
	send []frame
	// chop is the number of bytes in each write: 0 is all at once, perFrame
	// one write for each frame.
	chop int
	want []frame
	// fail is the code of the Close frame by which the other end fails the
	// connection; 0 if it does not. This end closes with 1000 then.
	fail int
	// closed says that send and want have the closing handshake already, and
	// with which code.
	closed int
}

// runAll runs each script in both roles.
func runAll(t *testing.T, scripts []script) {
	bothRoles(t, func(t *testing.T, r role) {
		for _, s := range scripts {
			t.Run(s.name, func(t *testing.T) { s.run(r.open(t, setup{})) })
		}
	})
}

// run sends the script and requires what comes back.
func (s *script) run(peer *subject) {
	peer.t.Helper()
	wait := peer.send(s.send, s.chop)
	defer wait()
	for _, f := range s.want {
		peer.want(f)
	}
	switch {
	case s.fail != 0:
		peer.wantFailure(s.fail)
	case s.closed != 0:
		peer.finish()
		peer.wantError(s.closed, true)
	default:
		wait()
		peer.goodbye()
	}
}

// goodbye closes in order. RFC 6455, section 5.5.1: "When sending a Close frame
// in response, the endpoint typically echos the status code it received."
func (s *subject) goodbye() {
	s.t.Helper()
	defer s.send([]frame{{closeFrame, code(1000, "")}}, 0)()
	s.want(frame{closeFrame, code(1000, "")})
	s.finish()
	s.wantError(1000, true)
}

// wantFailure requires that the other end fails the connection with code,
// although nothing more is sent. RFC 6455, section 7.1.7: "the endpoint SHOULD
// send a Close frame with an appropriate status code before proceeding to
// _Close the WebSocket Connection_".
func (s *subject) wantFailure(status int) {
	s.t.Helper()
	f, ok := s.read()
	require.True(s.t, ok, "TCP ended, want a Close frame with %d", status)
	require.Equal(s.t, byte(closeFrame), f.head, "payload %.60q", f.payload)
	require.GreaterOrEqual(s.t, len(f.payload), 2)
	require.LessOrEqual(s.t, len(f.payload), 125)
	require.Equal(s.t, code(status, ""), f.payload[:2], "code of the Close frame, reason %q", f.payload[2:])
	require.True(s.t, utf8.ValidString(f.payload[2:]))
	s.finish()
	s.wantError(status, false)
}
