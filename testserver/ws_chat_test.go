package testserver

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChatRoute(t *testing.T) {
	s := New(t)
	ann, other := open(t, s, "/ws/chat?room=a"), open(t, s, "/ws/chat?room=b")
	ann.send(text, "here") // what comes back shows that she is in the room
	ann.want(text, "here")
	bob := open(t, s, "/ws/chat?room=a")
	bob.send(text, "here, too")
	bob.want(text, "here, too")
	ann.want(text, "here, too")
	ann.send(text, "hello")
	ann.send(text, "bob")
	for _, c := range []*client{ann, bob} {
		c.want(text, "hello")
		c.want(text, "bob")
	}
	other.send(text, "alone")
	other.want(text, "alone")
	ann.close()
	bob.send(text, "gone?")
	bob.want(text, "gone?")
}

// A member whose goroutine does not send stands for one whose client does not
// read.
func TestAMemberWhoIsTooSlowIsClosed(t *testing.T) {
	closed := make(chan error, 1)
	s, err := Listen("127.0.0.1:0", &Options{Handler: WebSocket(func(p *Peer) {
		m := &member{peer: p, unsent: make(chan Message, maxUnsent)}
		r := rooms{members: map[string]map[*member]struct{}{"": {m: {}}}}
		for k := range maxUnsent + 1 {
			assert.NoError(t, p.ended())
			r.say("", Message{TextMessage, []byte(strconv.Itoa(k))})
		}
		_, err := p.Receive(context.Background())
		closed <- err
	}, nil)})
	require.NoError(t, err)
	defer s.Close()
	open(t, s, "/own").wantClose(closeTryLater)
	require.Error(t, <-closed)
}
