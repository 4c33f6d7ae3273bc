package testserver

import (
	"context"
	"io"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	patience = 10 * time.Second
	tick     = time.Millisecond
)

// echoing returns the address of a TCP server that echoes bytes.
func echoing(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = io.Copy(c, c)
			}()
		}
	}()
	return l.Addr().String()
}

func dialProxy(t *testing.T, p *Proxy) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", p.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { c.Close() })
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	return c
}

func roundTrip(c net.Conn, s string) (string, error) {
	if _, err := io.WriteString(c, s); err != nil {
		return "", err
	}
	buf := make([]byte, len(s))
	n, err := io.ReadFull(c, buf)
	return string(buf[:n]), err
}

func TestProxyPassesBytesAndTheirEnd(t *testing.T) {
	p := NewProxy(t, echoing(t), nil)
	c := dialProxy(t, p)
	got, err := roundTrip(c, "hello")
	require.NoError(t, err)
	assert.Equal(t, "hello", got)
	require.NoError(t, c.(*net.TCPConn).CloseWrite())
	rest, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Empty(t, rest)
	assert.Equal(t, 1, p.Accepted())
	assert.Zero(t, p.Cuts())
}

func TestProxyCutsAtRandomOffsetsThatASeedRepeats(t *testing.T) {
	offsets := func() (all []int) {
		p := NewProxy(t, echoing(t), &ProxyOptions{CutAfter: 100, Seed: 42})
		assert.EqualValues(t, 42, p.Seed())
		for range 5 {
			p.mu.Lock()
			all = append(all, p.random.IntN(1000))
			p.mu.Unlock()
			_, err := roundTrip(dialProxy(t, p), strings.Repeat("x", 500))
			assert.Error(t, err, "1,000 bytes never pass")
		}
		require.Eventually(t, func() bool { return p.Cuts() == 5 }, patience, tick)
		return all
	}
	assert.Equal(t, offsets(), offsets())
	assert.NotZero(t, NewProxy(t, "127.0.0.1:1", nil).Seed(), "one is drawn")
}

func TestProxyCut(t *testing.T) {
	p := NewProxy(t, echoing(t), nil)
	c := dialProxy(t, p)
	_, err := roundTrip(c, "a")
	require.NoError(t, err)
	p.Cut()
	_, err = io.ReadAll(c)
	assert.Error(t, err, "RST, not FIN")
	assert.Equal(t, 1, p.Cuts())
}

func TestProxySilence(t *testing.T) {
	p := NewProxy(t, echoing(t), nil)
	c := dialProxy(t, p)
	p.Silence(true)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(30*time.Millisecond)))
	_, err := roundTrip(c, "a")
	assert.ErrorContains(t, err, "timeout")
	p.Silence(false)
	require.NoError(t, c.SetDeadline(time.Now().Add(patience)))
	buf := make([]byte, 1)
	_, err = io.ReadFull(c, buf)
	require.NoError(t, err)
	assert.Equal(t, "a", string(buf), "held back, not lost")
	p.Silence(true)
	_, err = io.WriteString(c, "b")
	require.NoError(t, err) // Close ends what is held back
}

func TestProxyRefuses(t *testing.T) {
	p := NewProxy(t, echoing(t), nil)
	p.Refuse(true)
	c, err := net.Dial("tcp", p.Addr())
	if err == nil { // the RST comes with the connection or behind it
		defer c.Close()
		_, err = roundTrip(c, "a")
	}
	assert.Error(t, err)
	p.Refuse(false)
	_, err = roundTrip(dialProxy(t, p), "a")
	assert.NoError(t, err)
}

func TestProxyCutsOrNotWithAnyLimit(t *testing.T) {
	for _, after := range []int{1, math.MaxInt / 2, math.MaxInt/2 + 1, math.MaxInt, -1, math.MinInt} {
		p := NewProxy(t, echoing(t), &ProxyOptions{CutAfter: after, Seed: 1})
		_, err := roundTrip(dialProxy(t, p), "abc")
		assert.Equal(t, after == 1, err != nil, "CutAfter %d: %v", after, err)
	}
}

// A target may answer nothing at all, not even SYN.
func TestProxyCloseEndsWhatIsBeingDialled(t *testing.T) {
	dialling := make(chan struct{})
	p, err := listenProxy("192.0.2.1:80", nil, func(ctx context.Context, _, _ string) (net.Conn, error) {
		close(dialling)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	require.NoError(t, err)
	c := dialProxy(t, p)
	<-dialling
	p.Close()
	_, err = io.ReadAll(c)
	assert.Error(t, err, "RST")
	assert.Zero(t, p.Accepted())
}

func TestProxyDelaysAndThrottles(t *testing.T) {
	for name, opts := range map[string]*ProxyOptions{
		"delay": {Delay: 20 * time.Millisecond}, "rate": {BytesPerSecond: 5000},
	} {
		t.Run(name, func(t *testing.T) {
			c, began := dialProxy(t, NewProxy(t, echoing(t), opts)), time.Now()
			_, err := roundTrip(c, strings.Repeat("x", 100))
			require.NoError(t, err)
			assert.GreaterOrEqual(t, time.Since(began), 39*time.Millisecond, "20 ms each way")
		})
	}
}
