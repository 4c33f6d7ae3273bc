package memnet

import (
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inThePast is what callers use to wake a blocked call at once.
var inThePast = time.Unix(1, 0)

func TestPastDeadlineFailsReadAndLosesNothing(t *testing.T) {
	a, b := Pipe()
	send(t, a, "kept")
	require.NoError(t, b.SetReadDeadline(inThePast))
	_, err := b.Read(make([]byte, 10))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)

	require.NoError(t, b.SetReadDeadline(time.Time{}))
	assert.Equal(t, "kept", text(t, b))
}

func TestPastDeadlineFailsWriteAndWritesNothing(t *testing.T) {
	a, _ := Pipe()
	require.NoError(t, a.SetWriteDeadline(inThePast))
	n, err := a.Write([]byte("x"))
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	assert.Zero(t, n)
	assert.Zero(t, a.Written())

	require.NoError(t, a.SetWriteDeadline(time.Time{}))
	send(t, a, "x")
}

func TestDeadlineWakesABlockedCall(t *testing.T) {
	for name, test := range map[string]struct {
		call func(*Conn) func() result
		set  func(*Conn, time.Time) error
		n    int
	}{
		"Read by SetReadDeadline":   {func(c *Conn) func() result { return read(c, 1) }, (*Conn).SetReadDeadline, 0},
		"Read by SetDeadline":       {func(c *Conn) func() result { return read(c, 1) }, (*Conn).SetDeadline, 0},
		"Write by SetWriteDeadline": {func(c *Conn) func() result { return write(c, 2*DefaultBuffer) }, (*Conn).SetWriteDeadline, DefaultBuffer},
		"Write by SetDeadline":      {func(c *Conn) func() result { return write(c, 2*DefaultBuffer) }, (*Conn).SetDeadline, DefaultBuffer},
	} {
		for when, after := range map[string]time.Duration{"in the past": -time.Hour, "now": 0, "later": time.Hour} {
			t.Run(name+", "+when, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a, _ := Pipe()
					begin := time.Now()
					blocked := test.call(a)
					synctest.Wait()
					require.NoError(t, test.set(a, begin.Add(after)))

					got := blocked()
					assert.ErrorIs(t, got.err, os.ErrDeadlineExceeded)
					assert.Equal(t, test.n, got.n)
					assert.Equal(t, max(after, 0), time.Since(begin), "on the fake clock")
				})
			})
		}
	}
}

func TestDeadlinesAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		require.NoError(t, a.SetReadDeadline(inThePast))
		send(t, a, "written in spite of the read deadline")
		assert.NotEmpty(t, text(t, b))
		require.NoError(t, b.SetWriteDeadline(inThePast))
		send(t, a, "read in spite of the write deadline")
		assert.NotEmpty(t, text(t, b))
	})
}

func TestALaterDeadlineReplacesAnEarlierOne(t *testing.T) {
	for name, replacement := range map[string]time.Duration{"moved": 3 * time.Hour, "removed": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := Pipe()
				require.NoError(t, b.SetReadDeadline(time.Now().Add(time.Hour)))
				reading := read(b, 10)
				synctest.Wait()
				var at time.Time
				if replacement > 0 {
					at = time.Now().Add(replacement)
				}
				require.NoError(t, b.SetReadDeadline(at))
				time.Sleep(2 * time.Hour)
				send(t, a, "in time")
				assert.Equal(t, result{7, nil}, reading())
			})
		})
	}
}

// A timer that fires while its deadline is being replaced finds out only when
// it gets the lock.
func TestATimerThatIsOutOfDateDoesNothing(t *testing.T) {
	a, _ := Pipe()
	d := &a.in.readBy
	require.NoError(t, a.SetReadDeadline(time.Now().Add(time.Hour)))
	d.expire()
	assert.False(t, d.passed, "there is a later deadline")
	require.NoError(t, a.SetReadDeadline(time.Time{}))
	d.expire()
	assert.False(t, d.passed, "there is none")
	require.NoError(t, a.SetReadDeadline(inThePast))
	assert.True(t, d.passed)
	require.NoError(t, a.Close())
}

// Whoever reads in turns of a deadline, as a cancellable Receive does, gets
// every byte once.
func TestReadsInterruptedByDeadlinesLoseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := Pipe()
		go func() {
			for i := range 100 {
				time.Sleep(7 * time.Second)
				_, _ = a.Write([]byte{byte(i)})
			}
		}()
		p := make([]byte, 1)
		for i, interrupted := 0, 0; i < 100; {
			require.NoError(t, b.SetReadDeadline(time.Now().Add(3*time.Second)))
			n, err := b.Read(p)
			if err != nil {
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				interrupted++
				require.LessOrEqual(t, interrupted, 3*100)
				continue
			}
			require.Equal(t, 1, n)
			require.Equal(t, byte(i), p[0])
			i++
		}
	})
}

func TestCloseStopsTheTimers(t *testing.T) {
	a, _ := Pipe()
	require.NoError(t, a.SetDeadline(time.Now().Add(time.Hour)))
	require.NoError(t, a.Close())
	assert.False(t, a.in.readBy.timer.Stop(), "stopped already")
	assert.False(t, a.out.writeBy.timer.Stop(), "stopped already")
}

func TestADeadlineForEveryCallAllocatesNothing(t *testing.T) {
	a, b := Pipe()
	p := make([]byte, 100)
	var err error
	run := func() {
		err = a.SetDeadline(time.Now().Add(time.Hour))
		_, _ = a.Write(p)
		_, _ = b.Read(p)
	}
	assert.Zero(t, testing.AllocsPerRun(100, run))
	assert.NoError(t, err)
}
