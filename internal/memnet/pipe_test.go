package memnet

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start runs f and returns a function that waits for what it returned. Between
// the two, synctest.Wait tells that f is blocked.
func start[T any](f func() T) (wait func() T) {
	c := make(chan T, 1)
	go func() { c <- f() }()
	return func() T { return <-c }
}

// result is what Read and Write return.
type result struct {
	n   int
	err error
}

func write(c *Conn, size int) func() result {
	return start(func() result {
		n, err := c.Write(make([]byte, size))
		return result{n, err}
	})
}

func read(c *Conn, size int) func() result {
	return start(func() result {
		n, err := c.Read(make([]byte, size))
		return result{n, err}
	})
}

// text reads once and returns what came.
func text(t *testing.T, c *Conn) string {
	t.Helper()
	p := make([]byte, 1024)
	n, err := c.Read(p)
	require.NoError(t, err)
	return string(p[:n])
}

func send(t *testing.T, c *Conn, s string) {
	t.Helper()
	n, err := io.WriteString(c, s)
	require.NoError(t, err)
	require.Equal(t, len(s), n)
}

func TestEverythingWrittenArrivesInOrder(t *testing.T) {
	a, b := Pipe()
	want := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(want)
	go func() {
		_, _ = io.Copy(a, onlyReader{bytes.NewReader(want)})
		_ = a.CloseWrite()
	}()
	got, err := io.ReadAll(b)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, got))
}

// onlyReader hides WriterTo, so that io.Copy writes in pieces.
type onlyReader struct{ io.Reader }

func TestBothDirectionsAreIndependent(t *testing.T) {
	a, b := Pipe()
	for range 1000 {
		send(t, a, "ping")
		assert.Equal(t, "ping", text(t, b))
		send(t, b, "pong")
		assert.Equal(t, "pong", text(t, a))
	}
}

func TestReadReturnsWhatIsThere(t *testing.T) {
	a, b := Pipe()
	send(t, a, "one")
	send(t, a, "two")
	assert.Equal(t, "onetwo", text(t, b), "a stream knows no boundaries")
}

func TestReadOfNothingDoesNotBlock(t *testing.T) {
	a, _ := Pipe()
	n, err := a.Read(nil)
	assert.NoError(t, err)
	assert.Zero(t, n)
}

func TestReadBlocksUntilSomethingArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		got := read(b, 10)
		time.Sleep(time.Hour)
		send(t, a, "late")
		assert.Equal(t, result{4, nil}, got())
	})
}

func TestWriteBlocksWhileTheBufferIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		wrote := write(a, DefaultBuffer+1)
		synctest.Wait()
		assert.EqualValues(t, DefaultBuffer, a.Written())

		n, err := b.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		assert.Equal(t, result{DefaultBuffer + 1, nil}, wrote())
	})
}

func TestConcurrentWritesDoNotMix(t *testing.T) {
	a, b := Pipe()
	b.SetReadBuffer(7)
	var writers sync.WaitGroup
	for i := range 10 {
		writers.Go(func() {
			for range 20 {
				_, _ = a.Write(bytes.Repeat([]byte{byte('0' + i)}, 50))
			}
		})
	}
	go func() { writers.Wait(); _ = a.Close() }()
	got, err := io.ReadAll(b)
	require.NoError(t, err)
	require.Len(t, got, 10*20*50)
	for ; len(got) > 0; got = got[50:] {
		require.Equal(t, 50, bytes.Count(got[:50], got[:1]))
	}
}

func TestConcurrentReadsShareTheStream(t *testing.T) {
	a, b := Pipe()
	var readers sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 4 {
		readers.Go(func() {
			n, err := io.Copy(io.Discard, b)
			mu.Lock()
			defer mu.Unlock()
			assert.NoError(t, err)
			total += int(n)
		})
	}
	for range 100 {
		_, err := a.Write(make([]byte, 1000))
		require.NoError(t, err)
	}
	require.NoError(t, a.Close())
	readers.Wait()
	assert.Equal(t, 100*1000, total)
}

func TestEnds(t *testing.T) {
	for name, test := range map[string]struct {
		end             func(a, b *Conn) error
		readA, writeA   error // of the end that acts
		readB, writeB   error // of its peer, after what was on its way
		nothingElseOfBs bool  // b's bytes on their way to a are lost
	}{
		"CloseWrite": {
			end:    func(a, _ *Conn) error { return a.CloseWrite() },
			writeA: syscall.EPIPE, readB: io.EOF,
		},
		"Close": {
			end:   func(a, _ *Conn) error { return a.Close() },
			readA: net.ErrClosed, writeA: net.ErrClosed, readB: io.EOF, writeB: syscall.EPIPE,
			nothingElseOfBs: true,
		},
		"Reset": {
			end:   func(a, _ *Conn) error { return a.Reset() },
			readA: net.ErrClosed, writeA: net.ErrClosed, readB: syscall.ECONNRESET, writeB: syscall.ECONNRESET,
			nothingElseOfBs: true,
		},
		"CloseWrite, then Reset": {
			end: func(a, _ *Conn) error {
				_ = a.CloseWrite()
				return a.Reset()
			},
			readA: net.ErrClosed, writeA: net.ErrClosed, readB: io.EOF, writeB: syscall.ECONNRESET,
			nothingElseOfBs: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := Pipe()
				send(t, a, "from a")
				send(t, b, "from b")
				require.NoError(t, test.end(a, b))

				assert.Equal(t, "from a", text(t, b))
				if !test.nothingElseOfBs {
					assert.Equal(t, "from b", text(t, a))
				}
				expect(t, a, "of a", test.readA, test.writeA)
				expect(t, b, "of b", test.readB, test.writeB)
			})
		})
	}
}

// expect reads and writes on c; nil means that Read blocks or Write succeeds.
func expect(t *testing.T, c *Conn, who string, reading, writing error) {
	t.Helper()
	if reading != nil {
		got := read(c, 1)()
		assert.ErrorIs(t, got.err, reading, "Read %s", who)
		assert.Zero(t, got.n)
	}
	if got := write(c, 1)(); writing != nil {
		assert.ErrorIs(t, got.err, writing, "Write %s", who)
		assert.Zero(t, got.n)
	} else {
		assert.Equal(t, result{1, nil}, got, "Write %s", who)
	}
}

func TestEndsWakeWhoIsBlocked(t *testing.T) {
	for name, test := range map[string]struct {
		end         func(a, b *Conn) error
		read, write error // of b
	}{
		"own Close":    {func(_, b *Conn) error { return b.Close() }, net.ErrClosed, net.ErrClosed},
		"peer's Close": {func(a, _ *Conn) error { return a.Close() }, io.EOF, syscall.EPIPE},
		"peer's Reset": {func(a, _ *Conn) error { return a.Reset() }, syscall.ECONNRESET, syscall.ECONNRESET},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := Pipe()
				reading, writing := read(b, 1), write(b, DefaultBuffer+1)
				synctest.Wait()
				second := write(b, 1) // waits for its turn
				synctest.Wait()

				require.NoError(t, test.end(a, b))
				assert.ErrorIs(t, reading().err, test.read)
				got := writing()
				assert.ErrorIs(t, got.err, test.write)
				assert.Equal(t, DefaultBuffer, got.n)
				assert.ErrorIs(t, second().err, test.write)
			})
		})
	}
}

func TestNothingWorksTwiceAfterClose(t *testing.T) {
	a, _ := Pipe()
	require.NoError(t, a.Close())
	assert.ErrorIs(t, a.Close(), net.ErrClosed)
	assert.ErrorIs(t, a.CloseWrite(), net.ErrClosed)
	assert.ErrorIs(t, a.Reset(), net.ErrClosed)
	assert.ErrorIs(t, a.SetDeadline(time.Now()), net.ErrClosed)
}

func TestErrorsAreThoseOfPackageNet(t *testing.T) {
	a, b := Pipe()
	require.NoError(t, a.SetReadDeadline(time.Now()))
	_, err := a.Read(make([]byte, 1))
	var op *net.OpError
	require.ErrorAs(t, err, &op)
	assert.True(t, op.Timeout())
	assert.Equal(t, "read memnet a.memnet:1->b.memnet:1: i/o timeout", err.Error())

	require.NoError(t, b.Reset())
	_, err = a.Write([]byte("x"))
	var call *os.SyscallError
	require.ErrorAs(t, err, &call)
	assert.Equal(t, "write", call.Syscall)
	assert.ErrorIs(t, err, syscall.ECONNRESET)
}

func TestAddresses(t *testing.T) {
	a, b := Pipe()
	assert.Equal(t, a.LocalAddr(), b.RemoteAddr())
	assert.Equal(t, b.LocalAddr(), a.RemoteAddr())
	assert.NotEqual(t, a.LocalAddr(), a.RemoteAddr())
	assert.Equal(t, "memnet", a.LocalAddr().Network())
	_, _, err := net.SplitHostPort(a.LocalAddr().String())
	assert.NoError(t, err)
}

// TestConcurrentMethods has no assertion of its own: it is for the race
// detector, and for what hangs.
func TestConcurrentMethods(t *testing.T) {
	a, b := Pipe()
	go func() { _, _ = io.Copy(b, onlyReader{b}) }()
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { _, _ = a.Read(make([]byte, 100)) })
		all.Go(func() { _, _ = a.Write(make([]byte, 100)) })
		all.Go(func() { _ = a.SetDeadline(time.Now().Add(time.Hour)) })
		all.Go(func() { _ = a.SetReadDeadline(time.Now().Add(time.Hour)) })
		all.Go(func() { _ = a.SetWriteDeadline(time.Now().Add(time.Hour)) })
		all.Go(func() { _, _ = a.LocalAddr(), a.RemoteAddr() })
	}
	all.Wait()
	assert.NoError(t, a.Close())
	assert.NoError(t, b.Close())
}
