package wasm

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func TestCloseWaitsForTheCloseEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.text("dropped")
		receiving := background(func() error { return c.Close(1000, "bye") })
		s.wantCloses(t, sentClose{1000, "bye"})
		_, err := c.Receive(t.Context(), nil)
		assert.ErrorIs(t, err, transport.ErrClosed, "what was not received is dropped")
		assert.NoError(t, c.Err(), "the closing handshake still runs")
		s.text("during the handshake")
		s.Closed(1000, "bye", true)
		assert.NoError(t, receiving())
		<-c.Done()
		assert.ErrorIs(t, c.Err(), transport.ErrClosed)
		_, err = c.Receive(t.Context(), nil)
		assert.ErrorIs(t, err, transport.ErrClosed)
		s.wantReleased(t)
	})
}

func TestCloseUnblocksReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		receiving := background(func() error { _, err := c.Receive(t.Context(), nil); return err })
		closing := background(func() error { return c.Close(1000, "") })
		assert.ErrorIs(t, receiving(), transport.ErrClosed)
		s.Closed(1000, "", true)
		assert.NoError(t, closing())
	})
}

func TestCloseIsBoundedByCloseTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		start := time.Now()
		err := c.Close(1000, "")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "5s")
		assert.Equal(t, 5*time.Second, time.Since(start))
		<-c.Done()
		s.wantReleased(t)
	})
}

func TestCloseThatThePeerDoesNotAnswerSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		closing := background(func() error { return c.Close(1000, "") })
		s.Failed(nil)
		s.Closed(1006, "", false)
		var lost *transport.CloseError
		assert.ErrorAs(t, closing(), &lost)
		s.wantReleased(t)
	})
}

func TestConcurrentAndLaterClosesWaitForTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		first := background(func() error { return c.Close(1000, "") })
		second := background(func() error { return c.Close(3000, "") })
		s.Closed(1000, "", true)
		assert.NoError(t, first())
		assert.NoError(t, second())
		assert.NoError(t, c.Close(3001, ""))
		s.wantCloses(t, sentClose{1000, ""})
		s.wantReleased(t)
	})
}

func TestCloseAfterThePeerClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.text("dropped")
		s.Closed(1001, "", true)
		assert.NoError(t, c.Close(1000, ""))
		_, err := c.Receive(t.Context(), nil)
		assert.ErrorIs(t, err, transport.ErrClosed)
		var closed *transport.CloseError
		assert.ErrorAs(t, c.Err(), &closed, "what ended the connection stays the same")
		s.wantCloses(t)
		s.wantReleased(t)
	})
}

func TestCloseReportsWhatThePlatformThrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := opened(t, testConfig())
		s.closeErr = errors.New("InvalidAccessError")
		assert.ErrorIs(t, c.Close(1000, ""), s.closeErr)
		s.wantReleased(t)
	})
}

// WHATWG WebSockets, section 3.1, close(code, reason): "If code is present,
// but is neither an integer equal to 1000 nor an integer in the range 3000 to
// 4999, inclusive, throw an "InvalidAccessError" DOMException."
func TestOnlyCodesThatThePlatformTakesAreSent(t *testing.T) {
	for code, want := range map[uint16]sentClose{
		1000: {1000, "r"}, 3000: {3000, "r"}, 4999: {4999, "r"},
		0: {}, 999: {}, 1001: {}, 1005: {}, 1006: {}, 1009: {}, 1011: {}, 2999: {}, 5000: {}, 65535: {},
	} {
		sent, reason := sendable(code, "r")
		assert.Equal(t, want, sentClose{sent, reason}, "code %d", code)
	}
}

// WHATWG WebSockets, section 3.1, close(code, reason): "If reasonBytes is
// longer than 123 bytes, then throw a "SyntaxError" DOMException."
func TestReasonsAreCutAt123BytesBetweenTwoCharacters(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	for _, test := range []struct{ what, reason, want string }{
		{"empty", "", ""},
		{"exactly 123", x(123), x(123)},
		{"124", x(124), x(123)},
		{"a character across the limit", x(122) + "é", x(122)},
		{"four bytes across the limit", x(120) + "🙂🙂", x(120)},
		{"a character that ends at the limit", x(121) + "é" + "z", x(121) + "é"},
		{"what is not UTF-8 is replaced before it is cut", strings.Repeat("\xff\x00", 62), strings.Repeat("\uFFFD\x00", 30) + "\uFFFD"},
	} {
		got := cut(test.reason)
		assert.Equal(t, test.want, got, test.what)
		assert.LessOrEqual(t, len(got), 123, test.what)
		assert.True(t, utf8.ValidString(got), test.what)
	}
}

func TestPingIsUnsupported(t *testing.T) {
	_, err := newConn(testConfig()).Ping(t.Context())
	assert.ErrorIs(t, err, errors.ErrUnsupported)
}
