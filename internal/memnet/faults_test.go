package memnet

import (
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSetReadBuffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		b.SetReadBuffer(3)
		wrote := write(a, 10)
		synctest.Wait()
		assert.EqualValues(t, 3, a.Written())
		b.SetReadBuffer(5)
		synctest.Wait()
		assert.EqualValues(t, 5, a.Written(), "a larger buffer wakes the writer")
		b.SetReadBuffer(1)
		b.SetReadBuffer(0)
		assert.Equal(t, result{10, nil}, wrote(), "zero is the default")
	})
}

func TestASmallerReadBufferKeepsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		send(t, a, "12345")
		b.SetReadBuffer(2)
		wrote := write(a, 1)
		synctest.Wait()
		assert.Equal(t, "12345", text(t, b))
		assert.Equal(t, result{1, nil}, wrote())
	})
}

func TestChunkReads(t *testing.T) {
	a, b := Pipe()
	b.ChunkReads(2)
	send(t, a, "12345")
	assert.Equal(t, "12", text(t, b))
	assert.Equal(t, "34", text(t, b))
	assert.Equal(t, "5", text(t, b))
	b.ChunkReads(0)
	send(t, a, "12345")
	assert.Equal(t, "12345", text(t, b))
}

func TestStallHoldsBackBytesAndTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		send(t, a, "before")
		b.Stall()
		require.NoError(t, a.Close())
		require.NoError(t, b.SetReadDeadline(time.Now().Add(time.Minute)))
		_, err := b.Read(make([]byte, 10))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.NoError(t, b.SetReadDeadline(time.Time{}))

		got := read(b, 10)
		synctest.Wait()
		b.Resume()
		assert.Equal(t, result{6, nil}, got())
		_, err = b.Read(make([]byte, 10))
		assert.Equal(t, io.EOF, err)
	})
}

func TestStallPushesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		b.Stall()
		wrote := write(a, DefaultBuffer+1)
		reading := start(func() error {
			_, err := io.ReadFull(b, make([]byte, DefaultBuffer+1))
			return err
		})
		synctest.Wait()
		assert.EqualValues(t, DefaultBuffer, a.Written())
		b.Resume()
		assert.NoError(t, reading())
		assert.Equal(t, result{DefaultBuffer + 1, nil}, wrote())
	})
}

func TestOwnCloseEndsAStalledRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, b := Pipe()
		b.Stall()
		got := read(b, 1)
		synctest.Wait()
		require.NoError(t, b.Close())
		assert.ErrorIs(t, got().err, net.ErrClosed)
	})
}

func TestCutAfter(t *testing.T) {
	for name, test := range map[string]struct {
		after  int64
		writes []int // sizes
		n      int   // of the last one
		err    error // of the last one
		arrive int
	}{
		"at once":                 {after: 0, writes: []int{5}, n: 0, err: syscall.ECONNRESET, arrive: 0},
		"inside a write":          {after: 7, writes: []int{5, 5}, n: 2, err: syscall.ECONNRESET, arrive: 7},
		"at the end of a write":   {after: 10, writes: []int{5, 5}, n: 5, arrive: 10},
		"in a later write":        {after: 10, writes: []int{5, 5, 5}, n: 0, err: syscall.ECONNRESET, arrive: 10},
		"not before its time":     {after: 11, writes: []int{5, 5}, n: 5, arrive: 10},
		"never":                   {after: -1, writes: []int{5, 5}, n: 5, arrive: 10},
		"inside a blocking write": {after: 2*DefaultBuffer + 1, writes: []int{3 * DefaultBuffer}, n: 2*DefaultBuffer + 1, err: syscall.ECONNRESET, arrive: 2*DefaultBuffer + 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := Pipe()
			arrived := start(func() int { n, _ := io.Copy(io.Discard, b); return int(n) })
			a.CutAfter(test.after)
			var last result
			for _, size := range test.writes {
				last = write(a, size)()
			}
			_ = a.Close() // where no cut ends the copy
			assert.Equal(t, test.n, last.n)
			assert.ErrorIs(t, last.err, test.err)
			assert.Equal(t, test.arrive, arrived())
		})
	}
}

func TestACutLooksLikeALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		reading := read(a, 1)
		synctest.Wait()
		a.CutAfter(3)
		send(t, a, "123")
		assert.ErrorIs(t, reading().err, syscall.ECONNRESET)
		assert.Equal(t, "123", text(t, b))
		expect(t, a, "of the end that was cut", syscall.ECONNRESET, syscall.ECONNRESET)
		expect(t, b, "of its peer", io.EOF, syscall.EPIPE)
	})
}

func TestCountsWritesOfThisEnd(t *testing.T) {
	a, b := Pipe()
	send(t, a, "12345")
	send(t, a, "")
	send(t, a, "678")
	assert.Equal(t, 3, a.Writes())
	assert.EqualValues(t, 8, a.Written())
	assert.Zero(t, b.Writes())
	assert.Zero(t, b.Written())
}
