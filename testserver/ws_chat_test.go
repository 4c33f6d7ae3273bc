package testserver

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChatRoute(t *testing.T) {
	s := New(t)
	ann, bob, other := open(t, s, "/ws/chat?room=a"), open(t, s, "/ws/chat?room=a"), open(t, s, "/ws/chat?room=b")
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

// Whoever has come back asks for nothing: what is said from then on comes.
func TestWhoIsConnectedIsInTheRoom(t *testing.T) {
	s := New(t)
	ann := open(t, s, "/ws/chat")
	for k := range 200 {
		bob := open(t, s, "/ws/chat")
		ann.send(text, strconv.Itoa(k))
		bob.want(text, strconv.Itoa(k))
		ann.want(text, strconv.Itoa(k))
		bob.close()
	}
}

// A member whose goroutine does not send stands for one whose client does not
// read.
func TestAMemberWhoIsTooSlowIsClosed(t *testing.T) {
	closed := make(chan error, 1)
	s, err := Listen("127.0.0.1:0", &Options{Handler: WebSocket(func(p *Peer) {
		m, r := newMember(), &rooms{}
		r.enter("", m)
		for k := range maxUnsent + 2 {
			assert.Equal(t, k > maxUnsent, len(m.slow) == 1)
			r.say("", Message{TextMessage, []byte(strconv.Itoa(k))})
		}
		m.watch(p)
		r.leave("", m)
		closed <- p.ended()
	}, &WebSocketOptions{CloseTimeout: time.Millisecond})})
	require.NoError(t, err)
	defer s.Close()
	open(t, s, "/own").wantClose(closeTryLater)
	require.Error(t, <-closed)
}

func TestAMemberWhoLeavesIsNotSentTo(t *testing.T) {
	m, r := newMember(), &rooms{}
	r.enter("", m)
	r.say("", Message{TextMessage, []byte("hello")})
	r.leave("", m)
	r.leave("", m) // again, when the handshake's end is told
	r.say("", Message{TextMessage, []byte("gone")})
	assert.Empty(t, r.members)
	assert.Equal(t, "hello", string((<-m.unsent).Data))
	_, more := <-m.unsent
	assert.False(t, more)
}
