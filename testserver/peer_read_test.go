package testserver

import (
	"context"
	"encoding/hex"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/memnet"
)

// raw returns the bytes that a row of a table gives in hexadecimal.
func raw(t *testing.T, digits string) string {
	t.Helper()
	p, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	require.NoError(t, err)
	return string(p)
}

// zero is a masking key that leaves the payload readable in the tables.
const zero = " 00000000 "

// RFC 6455, sections 5.1 to 5.5: what each rule's violation leads to. The key
// is zero, so a payload reads as it is.
func TestWhoeverBreaksARuleIsToldWithACloseCode(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		frames string
		code   int
	}{
		"5.1 a frame that is not masked":                    {"81 01 61", 1002},
		"5.2 RSV1 without an extension":                     {"c1 80" + zero, 1002},
		"5.2 RSV2":                                          {"a1 80" + zero, 1002},
		"5.2 RSV3":                                          {"91 80" + zero, 1002},
		"5.2 reserved data opcode 3":                        {"83 80" + zero, 1002},
		"5.2 reserved data opcode 7":                        {"87 80" + zero, 1002},
		"5.2 reserved control opcode 11":                    {"8b 80" + zero, 1002},
		"5.2 reserved control opcode 15":                    {"8f 80" + zero, 1002},
		"5.2 a 16 bit length that fits 7":                   {"81 fe 007d" + zero, 1002},
		"5.2 a 64 bit length that fits 16":                  {"81 ff 000000000000ffff" + zero, 1002},
		"5.2 a 64 bit length with the top bit":              {"82 ff 8000000000000000" + zero, 1002},
		"5.2 the largest length there is":                   {"82 ff 7fffffffffffffff" + zero, 1009},
		"5.4 a continuation of nothing":                     {"80 80" + zero, 1002},
		"5.4 a continuation after the end":                  {"81 80" + zero + "80 80" + zero, 1002},
		"5.4 a text in the middle of a text":                {"01 80" + zero + "81 80" + zero, 1002},
		"5.4 a binary in the middle of a text":              {"01 80" + zero + "82 80" + zero, 1002},
		"5.5 a fragmented ping":                             {"09 80" + zero, 1002},
		"5.5 a ping of 126 bytes":                           {"89 fe 007e" + zero, 1002},
		"5.5 a fragmented Close":                            {"08 80" + zero, 1002},
		"5.5.1 a Close of one byte":                         {"88 81" + zero + "03", 1002},
		"5.5.1 a Close reason that is not UTF-8":            {"88 83" + zero + "03e8 ff", 1007},
		"7.4.1 close code 1005":                             {"88 82" + zero + "03ed", 1002},
		"7.4.1 close code 1006":                             {"88 82" + zero + "03ee", 1002},
		"7.4.1 close code 1015":                             {"88 82" + zero + "03f7", 1002},
		"7.4.2 close code 999":                              {"88 82" + zero + "03e7", 1002},
		"7.4.2 close code 5000":                             {"88 82" + zero + "1388", 1002},
		"8.1 text that is not UTF-8":                        {"81 81" + zero + "ff", 1007},
		"8.1 text that ends inside a character":             {"81 82" + zero + "e282", 1007},
		"8.1 a fragment that no other can mend":             {"01 82" + zero + "c328", 1007},
		"8.1 a surrogate, at the byte that makes it one":    {"81 8a" + zero + "eda0", 1007},
		"8.1 in the middle of a frame that is not all here": {"81 fe 1000" + zero + "41 f4 90", 1007},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/echo")
			c.write(raw(t, tc.frames))
			if strings.Contains(name, "after the end") {
				c.want(text, "")
			}
			c.wantClose(tc.code)
			c.wantEnd()
		})
	}
}

// RFC 6455, section 7.1.7: "An endpoint MUST NOT continue to attempt to
// process data (including a responding Close frame) from the remote endpoint
// after being instructed to _Fail the WebSocket Connection_."
func TestNothingIsProcessedAfterAViolation(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.write(raw(t, "c1 80"+zero) + masked(text, "late") + masked(ping, "late"))
	c.wantClose(1002)
	c.wantEnd()
}

func TestFragmentsAreJoined(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		frames [][2]string
		first  byte
		want   string
	}{
		"a text":                    {[][2]string{{"\x01", "He"}, {"\x00", "ll"}, {"\x80", "o"}}, text, "Hello"},
		"a binary":                  {[][2]string{{"\x02", "\xff"}, {"\x80", "\xfe"}}, binary1, "\xff\xfe"},
		"a character over the edge": {[][2]string{{"\x01", "\xe2"}, {"\x00", "\x82"}, {"\x80", "\xac"}}, text, "€"},
		"empty fragments":           {[][2]string{{"\x01", ""}, {"\x00", ""}, {"\x80", ""}}, text, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t, s, "/ws/echo")
			for _, frame := range tc.frames {
				c.send(frame[0][0], frame[1])
			}
			c.want(tc.first, tc.want)
			c.close()
		})
	}
}

// RFC 6455, section 5.5.3: "A Pong frame sent in response to a Ping frame must
// have identical "Application data" as found in the message body of the Ping
// frame being replied to."
func TestPingsAreAnsweredWithTheirPayload(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	for _, payload := range []string{"", "Hello", "\x00\xff\xfe", strings.Repeat("x", 125)} {
		c.send(ping, payload)
		c.want(pong, payload)
	}
	c.close()
}

// RFC 6455, section 5.4: "Control frames (see Section 5.5) MAY be injected in
// the middle of a fragmented message."
func TestPingsAreAnsweredBetweenFragments(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.send(textFrame, "He")
	c.send(ping, "1")
	c.want(pong, "1")
	c.send(contFrame, "ll")
	c.send(ping, "2")
	c.want(pong, "2")
	c.send(fin|contFrame, "o")
	c.want(text, "Hello")
	c.close()
}

// RFC 6455, section 5.5.3: "A Pong frame MAY be sent unsolicited. [...] A
// response to an unsolicited Pong frame is not expected."
func TestPongsThatNobodyAskedForAreIgnored(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.send(pong, "Hello")
	c.send(text, "a")
	c.want(text, "a")
	c.close()
}

func TestAnyChunkingGivesTheSameAnswers(t *testing.T) {
	all := masked(textFrame, "He") + masked(ping, "1") + masked(fin|contFrame, "llo") +
		masked(binary1, strings.Repeat("x", 300)) + masked(closing, code(3000, "bye"))
	s := New(t)
	for _, size := range []int{1, 2, 3, 7, 100, len(all)} {
		c := open(t, s, "/ws/echo")
		for rest := all; rest != ""; {
			n := min(size, len(rest))
			c.write(rest[:n])
			rest = rest[n:]
		}
		c.want(pong, "1")
		c.want(text, "Hello")
		c.want(binary1, strings.Repeat("x", 300))
		assert.Equal(t, "bye", c.wantClose(3000))
		c.wantEnd()
	}
}

// A message in fragments of 64 bytes is a legal, if strange, 16 MiB; one that
// never ends is not.
func TestTheNumberOfFragmentsIsBounded(t *testing.T) {
	c := open(t, New(t), "/ws/echo")
	c.write(masked(textFrame, "") + strings.Repeat(masked(contFrame, ""), maxFragments-1))
	c.send(ping, "still here")
	c.want(pong, "still here")
	c.send(contFrame, "")
	c.wantClose(1008)
	c.wantEnd()
}

// peer serves one connection with a function that the test writes, and returns
// the client of it. What serve returns is sent to the channel.
func peer[T any](t *testing.T, opts *WebSocketOptions, serve func(*Peer) T) (*client, <-chan T) {
	t.Helper()
	results := make(chan T, 1)
	s, err := Listen("127.0.0.1:0", &Options{
		Handler: WebSocket(func(p *Peer) { results <- serve(p) }, opts),
	})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return open(t, s, "/own"), results
}

// receive is a serve function that returns the error which ends the Peer.
func receive(p *Peer) error {
	for {
		if _, err := p.Receive(context.Background()); err != nil {
			return err
		}
	}
}

func TestReceiveReturnsTheClientsClose(t *testing.T) {
	for name, tc := range map[string]struct {
		payload string
		want    CloseError
	}{
		"with a code and a reason": {code(3001, "bye"), CloseError{Code: 3001, Reason: "bye", Remote: true}},
		"without":                  {"", CloseError{Code: 1005, Remote: true}},
	} {
		t.Run(name, func(t *testing.T) {
			c, ended := peer(t, nil, receive)
			c.send(closing, tc.payload)
			c.wantClose(int(tc.want.Code))
			c.wantEnd()
			var got *CloseError
			require.ErrorAs(t, <-ended, &got)
			assert.Equal(t, tc.want, *got)
		})
	}
}

func TestReceiveReturnsTheSameErrorForEver(t *testing.T) {
	c, same := peer(t, nil, func(p *Peer) bool { return receive(p) == receive(p) })
	c.close()
	assert.True(t, <-same)
}

func TestReceiveTellsOfAViolation(t *testing.T) {
	c, ended := peer(t, nil, receive)
	c.write(raw(t, "81 81"+zero+"ff"))
	c.wantClose(1007)
	c.wantEnd()
	var got *CloseError
	require.ErrorAs(t, <-ended, &got)
	assert.Equal(t, uint16(1007), got.Code)
	assert.False(t, got.Remote)
	assert.ErrorContains(t, got, "8.1", "the section that has the rule")
}

func TestReceiveTellsOfALostConnection(t *testing.T) {
	for name, sent := range map[string]string{
		"between frames":  "",
		"inside a header": "\x81",
		"inside a frame":  masked(text, "Hello")[:8],
	} {
		t.Run(name, func(t *testing.T) {
			c, ended := peer(t, nil, receive)
			c.write(sent)
			require.NoError(t, c.conn.Close())
			var got *CloseError
			err := <-ended
			require.ErrorAs(t, err, &got)
			assert.Equal(t, uint16(1006), got.Code)
			assert.True(t, got.Remote)
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		})
	}
}

func TestReceiveTellsOfAReset(t *testing.T) {
	c, ended := peer(t, nil, receive)
	require.NoError(t, reset(c.conn))
	var got *CloseError
	require.ErrorAs(t, <-ended, &got)
	assert.Equal(t, uint16(1006), got.Code)
	assert.NotNil(t, got.Err)
}

// A Receive that is given up loses nothing, wherever it was: the second one
// gets the message whose first bytes the first one read.
func TestReceiveCanBeCancelledAnywhere(t *testing.T) {
	frame := masked(textFrame, "Hel") + masked(fin|contFrame, "lo")
	for n := range len(frame) {
		proceed, cancelled := make(chan context.CancelFunc, 1), make(chan error, 1)
		c, got := peer(t, nil, func(p *Peer) string {
			ctx, cancel := context.WithCancel(context.Background())
			proceed <- cancel
			_, err := p.Receive(ctx)
			cancelled <- err
			m, _ := p.Receive(context.Background())
			return string(m.Data)
		})
		cancel := <-proceed
		c.write(frame[:n])
		cancel()
		assert.ErrorIs(t, <-cancelled, context.Canceled)
		c.write(frame[n:])
		assert.Equal(t, "Hello", <-got)
		c.wantClose(1000)
	}
}

func TestReceiveKeepsToItsLimit(t *testing.T) {
	for name, tc := range map[string]struct {
		limit, size int64
		fits        bool
	}{
		"the default fits":          {0, 1 << 20, true},
		"one more than the default": {0, 1<<20 + 1, false},
		"a limit of one's own":      {10, 10, true},
		"one more":                  {10, 11, false},
		"none":                      {-1, 1<<20 + 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, ended := peer(t, &WebSocketOptions{MaxMessageSize: tc.limit}, receive)
			c.send(text, strings.Repeat("x", int(tc.size)))
			if tc.fits {
				c.close()
			} else {
				c.wantClose(1009)
				c.wantEnd()
			}
			var got *CloseError
			require.ErrorAs(t, <-ended, &got)
			assert.Equal(t, tc.fits, got.Remote)
		})
	}
}

func TestReceivesTakeTurns(t *testing.T) {
	c, got := peer(t, nil, func(p *Peer) int {
		bytes := make(chan int, 4)
		for range cap(bytes) {
			go func() {
				m, _ := p.Receive(context.Background())
				bytes <- len(m.Data)
			}()
		}
		sum := 0
		for range cap(bytes) {
			sum += <-bytes
		}
		return sum
	})
	for range 4 {
		c.send(text, "four")
	}
	assert.Equal(t, 16, <-got)
	c.wantClose(1000)
}

// interruptible I/O must not leave a deadline behind for the next call.
func TestInterruptUndoesItsDeadline(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	ctx, cancel := context.WithCancel(context.Background())
	stop := interrupt(ctx, a.SetReadDeadline)
	cancel()
	_, err := a.Read(make([]byte, 1))
	require.Error(t, err)
	stop()
	go func() { _, _ = b.Write([]byte("x")) }()
	_, err = a.Read(make([]byte, 1))
	assert.NoError(t, err)
}

// unreadPeer returns a Peer whose client has not read a first message, so that
// there is no room for anything more, and both ends of the connection.
func unreadPeer(t *testing.T) (p *Peer, near, far net.Conn) {
	t.Helper()
	near, far = memnet.Pipe()
	t.Cleanup(func() { far.Close() })
	p = newPeer(near, nil, nil, (&endpoint{}).init(), codec{})
	full := make([]byte, memnet.DefaultBuffer-4) // as long as the header
	require.NoError(t, p.Send(t.Context(), Message{BinaryMessage, full}))
	return p, near, far
}

// A client may ping and not read. The pong is owed until it does.
func TestReceiveThatIsCancelledWhileAPongIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _, far := unreadPeer(t)
		_, err := io.WriteString(far, masked(ping, "owed")+masked(text, "next"))
		require.NoError(t, err)
		for range 2 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			began := time.Now()
			_, err = p.Receive(ctx)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
			assert.Equal(t, time.Second, time.Since(began))
			cancel()
		}
		_, err = io.ReadFull(far, make([]byte, memnet.DefaultBuffer))
		require.NoError(t, err)
		m, err := p.Receive(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "next", string(m.Data))
		got := make([]byte, 6)
		_, err = io.ReadFull(far, got)
		require.NoError(t, err)
		assert.Equal(t, "\x8a\x04owed", string(got))
		p.abort(net.ErrClosed)
	})
}
