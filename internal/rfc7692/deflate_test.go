package rfc7692

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 7692, section 7.2.3: those examples that leave a compressor no choice but
// to be worse.
func TestDeflateExamples(t *testing.T) {
	for name, test := range map[string]struct{ message, payload string }{
		"7.2.3.1 A Message Compressed Using One Compressed DEFLATE Block": {"Hello", "\xf2\x48\xcd\xc9\xc9\x07\x00"},
		"7.2.3.6 Generating an Empty Fragment":                            {"", "\x00"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, noContextTakeover := range []bool{false, true} {
				got, err := NewDeflater(noContextTakeover, 0).Deflate(nil, []byte(test.message))
				require.NoError(t, err)
				assert.Equal(t, test.payload, string(got))
			}
		})
	}
}

// Section 7.2.3.2 "Sharing LZ77 Sliding Window": the RFC's second "Hello" has 5
// bytes, an "H" and a match of four. The best there is has one byte less.
func TestSharingTheWindow(t *testing.T) {
	d, alone := NewDeflater(false, 0), NewDeflater(true, 0)
	for _, want := range []string{"\xf2\x48\xcd\xc9\xc9\x07\x00", "\x02\x13\x00\x00"} {
		got, err := d.Deflate(nil, []byte("Hello"))
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
		got, err = alone.Deflate(nil, []byte("Hello"))
		require.NoError(t, err)
		assert.Equal(t, "\xf2\x48\xcd\xc9\xc9\x07\x00", string(got))
	}
}

func TestDeflateAppends(t *testing.T) {
	got, err := NewDeflater(false, 0).Deflate([]byte("<"), []byte("Hello"))
	require.NoError(t, err)
	assert.Equal(t, "<\xf2\x48\xcd\xc9\xc9\x07\x00", string(got))
}

func TestDeflateLeavesItsInputAlone(t *testing.T) {
	src := prose(100000)
	_, err := NewDeflater(false, 0).Deflate(nil, src)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(prose(100000), src))
}

// RFC 7692, section 7.2.1: "If the "agreed parameters" contain the
// "client_max_window_bits" extension parameter with a value of w, the client
// MUST NOT use an LZ77 sliding window longer than the w-th power of 2 bytes to
// compress messages to send." It says the same of a server. The oracle holds
// our Deflater to that in every distance.
// Our own Inflater and compress/flate understand it too.
func TestRoundTrips(t *testing.T) {
	for bits := MinWindowBits; bits <= MaxWindowBits; bits++ {
		for name, kind := range kinds {
			t.Run(fmt.Sprintf("%d bits, %s", bits, name), func(t *testing.T) {
				l := newLine(t, false, bits)
				alone := newLine(t, true, bits)
				for _, n := range sizes {
					if n <= 8192 {
						l.send(kind(n), true)
						alone.send(kind(n), true)
					}
				}
			})
		}
	}
}

func TestRoundTripsOfLargeMessages(t *testing.T) {
	for _, bits := range []int{8, 15} {
		for name, kind := range kinds {
			t.Run(fmt.Sprintf("%d bits, %s", bits, name), func(t *testing.T) {
				l := newLine(t, false, bits)
				for _, n := range sizes {
					if n > 32000 {
						l.send(kind(n), n == 65537 && bits == 15)
					}
				}
			})
		}
	}
}

// line is the way of messages from a Deflater to those who understand it.
type line struct {
	t            *testing.T
	d            *Deflater
	f            *Inflater
	o            *oracle
	payload, out []byte
}

func newLine(t *testing.T, noContextTakeover bool, bits int) *line {
	return &line{
		t: t,
		d: NewDeflater(noContextTakeover, bits),
		f: NewInflater(noContextTakeover, bits),
		o: &oracle{window: 1 << bits},
	}
}

// send sends a message, and checks it with those too who are slow.
func (l *line) send(want []byte, thoroughly bool) {
	history := historyOf(&l.d.history)
	var err error
	l.payload, err = l.d.Deflate(l.payload[:0], want)
	require.NoError(l.t, err)
	l.out, err = l.f.Inflate(l.out[:0], l.payload, int64(len(want)))
	require.NoError(l.t, err, "%d bytes", len(want))
	require.True(l.t, bytes.Equal(want, l.out), "%d bytes", len(want))
	if !thoroughly {
		return
	}
	l.o.out = bytes.Clone(history)
	got, err := l.o.message(l.payload)
	require.NoError(l.t, err, "%d bytes, the oracle", len(want))
	require.True(l.t, bytes.Equal(want, got), "%d bytes, the oracle", len(want))
	got, err = stdInflate(l.payload, history)
	require.NoError(l.t, err, "%d bytes, compress/flate", len(want))
	require.True(l.t, bytes.Equal(want, got), "%d bytes, compress/flate", len(want))
}

// The window is not only kept, but used: at its full distance, and to advantage.
func TestTheWholeWindowIsUsed(t *testing.T) {
	for bits := MinWindowBits; bits <= maxSearchBits; bits++ {
		d, o := NewDeflater(false, bits), &oracle{window: 1 << bits}
		text := append(random(20, 4), make([]byte, 1<<bits-20)...)
		for _, p := range [][]byte{text, text[:20]} {
			payload, err := d.Deflate(nil, p)
			require.NoError(t, err)
			_, err = o.message(payload)
			require.NoError(t, err)
		}
		assert.Equal(t, 1<<bits, o.farthest)
	}
}

// Hundreds of messages of many sizes, sent and received on one connection: the
// histories of both sides stay the same, also where what has passed is a
// multiple of 32 KiB, on which the reader of compress/flate stops.
func TestLongSequences(t *testing.T) {
	for name, size := range map[string]func(*rand.Rand) int{
		"small":                       func(r *rand.Rand) int { return r.IntN(300) },
		"mixed":                       func(r *rand.Rand) int { return r.IntN(1 << r.IntN(17)) },
		"multiples of 4 KiB":          func(r *rand.Rand) int { return 4096 * r.IntN(4) },
		"32 KiB":                      func(*rand.Rand) int { return 32 << 10 },
		"multiples of 32 KiB, plus 0": func(r *rand.Rand) int { return (32 << 10) * r.IntN(3) },
	} {
		t.Run(name, func(t *testing.T) {
			r, source := rand.New(rand.NewPCG(7, 8)), append(prose(200000), random(20000, 5)...)
			for _, bits := range []int{8, 15} {
				d, f := NewDeflater(false, bits), NewInflater(false, bits)
				for i := range 100 {
					n := size(r)
					from := r.IntN(len(source) - n)
					want := source[from : from+n]
					payload, err := d.Deflate(nil, want)
					require.NoError(t, err)
					got, err := f.Inflate(nil, payload, 0)
					require.NoError(t, err, "message %d", i)
					require.True(t, bytes.Equal(want, got), "message %d", i)
				}
				assert.True(t, bytes.HasSuffix(historyOf(&f.history), historyOf(&d.history)))
			}
		})
	}
}

func historyOf(h *history) []byte {
	p := make([]byte, h.size())
	h.copyTo(p, len(p))
	return p
}

func TestNothingGrowsByMuch(t *testing.T) {
	for _, n := range sizes {
		got, err := NewDeflater(false, 0).Deflate(nil, random(n, 6))
		require.NoError(t, err)
		assert.LessOrEqual(t, len(got), n+5*(n/partSize+1)+1, "%d bytes", n)
	}
}

// RFC 7692, section 7.2.1: "If the "agreed parameters" contain the
// "server_no_context_takeover" extension parameter, the server MUST start
// compressing each new message with an empty LZ77 sliding window." So a message
// is the same whatever passed before.
func TestNoContextTakeoverIsDeterministic(t *testing.T) {
	d := NewDeflater(true, 0)
	want, err := d.Deflate(nil, prose(100000))
	require.NoError(t, err)
	for i := range 20 {
		_, _ = NewDeflater(true, 8+i%8).Deflate(nil, random(i*5000, byte(i)))
		got, err := d.Deflate(nil, prose(100000))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got))
	}
	assert.Nil(t, d.history.ring)
	assert.Nil(t, d.matcher.prev)
}

// What a connection holds while it is idle grows with what has passed, up to
// 64 KiB in a Deflater and 32 KiB in an Inflater.
func TestIdleMemory(t *testing.T) {
	for _, test := range []struct{ bits, message, deflater, inflater int }{
		{15, 0, 0, 0},
		{15, 100, 100 + 768, 100},
		{15, 1000, 1000 + 3072, 1000},
		{15, 200000, 64 << 10, 32 << 10},
		{11, 200000, 8 << 10, 2 << 10},
		{8, 200000, 1 << 10, 512},
	} {
		d, f := NewDeflater(false, test.bits), NewInflater(false, test.bits)
		for i := 0; i < 3 && test.message > 0; i++ {
			payload, err := d.Deflate(nil, prose(test.message))
			require.NoError(t, err)
			_, err = f.Inflate(nil, payload, 0)
			require.NoError(t, err)
			if test.message <= 1000 {
				break
			}
		}
		assert.Equal(t, test.deflater, cap(d.history.ring)+2*cap(d.matcher.head)+2*cap(d.matcher.prev), "%+v", test)
		assert.Equal(t, test.inflater, cap(f.history.ring), "%+v", test)
	}
}

func TestDeflateAllocatesNothing(t *testing.T) {
	for _, noContextTakeover := range []bool{false, true} {
		d := NewDeflater(noContextTakeover, 0)
		w := newDeflating() // the pool would lose it now and then
		messages, i := feed(100, 1024), 0
		dst := make([]byte, 0, 2048)
		run := func() {
			_ = w.deflate(d, dst, messages[i%100])
			i++
		}
		for range 100 {
			run() // until history and tokens have their size
		}
		assert.Zero(t, testing.AllocsPerRun(100, run))
	}
}
