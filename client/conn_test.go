package client

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestSend(t *testing.T) {
	c, f := newFake()
	require.NoError(t, c.Send(t.Context(), Text("né")))
	require.NoError(t, c.Send(t.Context(), Binary([]byte{0xff})))
	assert.Equal(t, []transport.Message{
		{Type: transport.Text, Data: []byte("né")},
		{Type: transport.Binary, Data: []byte{0xff}},
	}, f.sent)
	assert.Equal(t, Stats{MessagesSent: 2, BytesSent: 4}, c.Stats())
}

// RFC 6455, section 5.6: "Note that a particular text frame might include a
// partial UTF-8 sequence; however, the whole message MUST contain valid UTF-8."
func TestSendRefusesWhatMustNotBeSent(t *testing.T) {
	c, f := newFake()
	for want, messages := range map[error][]Message{
		ErrInvalidUTF8: {Text("\xff"), Text("a\xc3"), Text("\xed\xa0\x80")},
		ErrMessageType: {{}, {Type: 3}, {Type: 8, Data: []byte("x")}},
	} {
		for _, m := range messages {
			assert.Equal(t, want, c.Send(t.Context(), m))
		}
	}
	assert.Empty(t, f.sent)
	assert.Equal(t, Stats{}, c.Stats())
	assert.Equal(t, Connected, c.State(), "the connection goes on")
}

func TestReceive(t *testing.T) {
	c, f := newFake()
	f.incoming = []transport.Message{{Type: transport.Text, Data: []byte("text")}, {Type: transport.Binary, Data: []byte{1, 2}}}
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Text("text"), m)
	buf := make([]byte, 8)
	m, err = c.ReceiveInto(t.Context(), buf)
	require.NoError(t, err)
	assert.Equal(t, Binary([]byte{1, 2}), m)
	assert.Same(t, &buf[0], &m.Data[0])
	assert.Equal(t, Stats{MessagesReceived: 2, BytesReceived: 6}, c.Stats())
}

func TestTheErrorOfAContextPassesAsItIs(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c, f := newFake()
	f.sendErr, f.receiveErr, f.pingErr = ctx.Err(), ctx.Err(), ctx.Err()
	assert.Equal(t, context.Canceled, c.Send(ctx, Text("")))
	assert.Equal(t, context.Canceled, second(c.Receive(ctx)))
	assert.Equal(t, context.Canceled, second(c.Ping(ctx)))
	assert.Equal(t, Connected, c.State())
}

func second[T any](_ T, err error) error { return err }

func TestTheErrorThatEndsAConnection(t *testing.T) {
	for name, row := range map[string]struct {
		transport error
		want      error
		text      string
		is        []error
		not       []error
	}{
		"the peer has closed": {
			&transport.CloseError{Code: 1000, Reason: "bye", Remote: true}, &CloseError{Code: 1000, Reason: "bye", Remote: true},
			`client: closed by the peer with 1000 (normal closure) "bye"`, []error{io.EOF}, []error{ErrClosed, io.ErrUnexpectedEOF},
		},
		"the peer goes away": {
			&transport.CloseError{Code: 1001, Remote: true}, &CloseError{Code: 1001, Remote: true},
			`client: closed by the peer with 1001 (going away)`, []error{io.EOF}, nil,
		},
		"the peer closed without a code": {
			&transport.CloseError{Code: 1005, Remote: true}, &CloseError{Code: 1005, Remote: true},
			`client: closed by the peer with 1005 (no status received)`, []error{io.EOF}, nil,
		},
		"the peer has a complaint": {
			&transport.CloseError{Code: 1008, Remote: true}, &CloseError{Code: 1008, Remote: true},
			`client: closed by the peer with 1008 (policy violation)`, nil, []error{io.EOF},
		},
		"the peer has a code of its own": {
			&transport.CloseError{Code: 4001, Reason: "ü\n", Remote: true}, &CloseError{Code: 4001, Reason: "ü\n", Remote: true},
			`client: closed by the peer with 4001 "ü\n"`, nil, []error{io.EOF},
		},
		"the peer broke a rule": {
			&transport.CloseError{Code: 1002, Reason: "r", Err: errRule}, &CloseError{Code: 1002, Reason: "r", err: errRule},
			`client: closed with 1002 (protocol error) "r": a rule`, []error{errRule}, []error{io.EOF},
		},
		"this side ended it with 1000": {
			&transport.CloseError{Code: 1000}, &CloseError{Code: 1000}, `client: closed with 1000 (normal closure)`, nil, []error{io.EOF},
		},
		"the connection was lost": {
			&transport.CloseError{Code: 1006, Remote: true, Err: io.ErrUnexpectedEOF}, &CloseError{Code: 1006, Remote: true, err: io.ErrUnexpectedEOF},
			`client: connection lost: 1006 (abnormal closure): unexpected EOF`, []error{io.ErrUnexpectedEOF}, []error{io.EOF, ErrClosed},
		},
		"a message was too big": {
			&transport.TooBigError{Limit: 10, Size: 11}, &MessageTooBigError{Limit: 10, Size: 11},
			`client: received message of at least 11 bytes, over MaxMessageSize of 10`, nil, []error{io.EOF},
		},
		"the program did not receive": {
			&transport.OverrunError{Limit: 10, Size: 12}, &BufferFullError{Limit: 10, Size: 12},
			`client: 12 bytes wait to be received, over MaxBuffered of 10`, nil, []error{io.EOF},
		},
		"a Send's context broke it": {
			&transport.CloseError{Code: 1006, Err: context.DeadlineExceeded}, &CloseError{Code: 1006, err: context.DeadlineExceeded},
			`client: connection lost: 1006 (abnormal closure): context deadline exceeded`, []error{context.DeadlineExceeded}, nil,
		},
		"a transport had another error": {
			errRule, &CloseError{Code: 1006, Remote: true, err: errRule},
			`client: connection lost: 1006 (abnormal closure): a rule`, []error{errRule}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, f := newFake()
			f.end(row.transport)
			err := second(c.Receive(t.Context()))
			assert.Equal(t, row.want, err)
			assert.EqualError(t, err, row.text)
			for _, target := range row.is {
				assert.ErrorIs(t, err, target)
			}
			for _, target := range row.not {
				assert.NotErrorIs(t, err, target)
			}
			ended, cancel := context.WithTimeout(t.Context(), 0)
			defer cancel()
			for _, ctx := range []context.Context{t.Context(), ended} {
				assert.Same(t, err, second(c.Receive(ctx)), "the same for ever")
				assert.Same(t, err, c.Send(ctx, Text("")), "and for Send")
				assert.Same(t, err, second(c.Ping(ctx)), "and for Ping")
			}
			assert.Equal(t, Closed, c.State())
			require.NoError(t, c.Close())
			assert.Equal(t, ErrClosed, second(c.Receive(t.Context())), "until Close")
			assert.Equal(t, ErrClosed, c.Send(t.Context(), Text("")))
			assert.Equal(t, ErrClosed, second(c.Ping(t.Context())))
		})
	}
}

var errRule = errors.New("a rule")

// A transport may know that nothing can be sent before it knows why the peer
// closed.
func TestSendOnABrokenConnection(t *testing.T) {
	c, f := newFake()
	f.sendErr = &transport.CloseError{Code: 1006, Remote: true, Err: io.ErrClosedPipe}
	f.incoming = []transport.Message{{Type: transport.Text, Data: []byte("last")}}
	err := c.Send(t.Context(), Text("x"))
	assert.Equal(t, &CloseError{Code: 1006, Remote: true, err: io.ErrClosedPipe}, err)
	m, err := c.Receive(t.Context())
	require.NoError(t, err)
	assert.Equal(t, Text("last"), m)
	f.end(&transport.CloseError{Code: 4001, Remote: true})
	assert.Equal(t, &CloseError{Code: 4001, Remote: true}, second(c.Receive(t.Context())))
}

func TestPing(t *testing.T) {
	c, f := newFake()
	f.rtt = time.Second
	rtt, err := c.Ping(t.Context())
	require.NoError(t, err)
	assert.Equal(t, time.Second, rtt)
	f.pingErr = errors.ErrUnsupported
	assert.ErrorIs(t, second(c.Ping(t.Context())), errors.ErrUnsupported)
}

func TestClose(t *testing.T) {
	c, f := newFake()
	f.closeErr = context.DeadlineExceeded
	assert.Equal(t, Connected, c.State())
	assert.ErrorIs(t, c.Close(), context.DeadlineExceeded, "what the transport says")
	assert.NoError(t, c.Close(), "the first call alone returns it")
	assert.NoError(t, c.CloseWith(CloseGoingAway, "bye"))
	assert.Equal(t, Closed, c.State())
	assert.Equal(t, "1000 (normal closure) ", f.closes[0])
	for _, err := range []error{second(c.Receive(t.Context())), c.Send(t.Context(), Text("")), second(c.Ping(t.Context()))} {
		assert.Equal(t, ErrClosed, err)
	}
}

func TestCloseWith(t *testing.T) {
	for name, row := range map[string]struct {
		code   CloseCode
		reason string
		want   string
	}{
		"a code and a reason":           {CloseGoingAway, "bye", "1001 (going away) bye"},
		"a code of the application's":   {4999, "", "4999 "},
		"no code":                       {CloseNoStatus, "", "1005 (no status received) "},
		"a reason has no place then":    {CloseNoStatus, "bye", "1005 (no status received) "},
		"a reason that is not UTF-8":    {CloseNormal, "a\xffb", "1000 (normal closure) a\ufffdb"},
		"a reason cut in a character":   {CloseNormal, "a\xc3", "1000 (normal closure) a\ufffd"},
		"one of the IANA registry":      {CloseBadGateway, "", "1014 (bad gateway) "},
		"one that only a server has to": {CloseInternalError, "", "1011 (internal error) "},
	} {
		t.Run(name, func(t *testing.T) {
			c, f := newFake()
			require.NoError(t, c.CloseWith(row.code, row.reason))
			assert.Equal(t, []string{row.want}, f.closes)
		})
	}
}

func TestCloseWithACodeThatMustNotBeSent(t *testing.T) {
	c, f := newFake()
	for _, code := range []CloseCode{0, 999, 1004, CloseAbnormal, CloseTLSHandshake, 1016, 2999, 5000, 65535} {
		assert.Equal(t, ErrCloseCode, c.CloseWith(code, ""), code.String())
	}
	assert.Empty(t, f.closes)
	assert.Equal(t, Connected, c.State(), "the connection stays open")
	assert.NoError(t, c.Send(t.Context(), Text("x")))
}

func TestStateWhileClosing(t *testing.T) {
	c, _ := newFake()
	c.closing.Store(true)
	assert.Equal(t, Closing, c.State())
	assert.Equal(t, ErrClosed, c.Send(t.Context(), Text("")))
}

func TestSubprotocol(t *testing.T) {
	c, _ := newFake()
	assert.Equal(t, "chosen", c.Subprotocol())
}
