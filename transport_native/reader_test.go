package native

import (
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
)

// A chunkReader delivers data in chunks whose sizes come from cuts, a byte
// each; a zero is a deadline that passes there.
type chunkReader struct {
	data, cuts []byte
	err        error // after data
	late       bool  // err comes with the last bytes
	failed     bool  // the last Read was a deadline
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, r.err
	}
	n := 1
	if len(r.cuts) > 0 {
		n = int(r.cuts[0])
		if r.cuts = r.cuts[1:]; n == 0 && !r.failed {
			r.failed = true
			return 0, os.ErrDeadlineExceeded
		}
		n = max(n, 1)
	} else {
		n = len(r.data)
	}
	r.failed = false
	n = copy(p[:min(n, len(p))], r.data)
	r.data = r.data[n:]
	if r.late && len(r.data) == 0 {
		return n, r.err
	}
	return n, nil
}

// An outcome is all that a reader made of a stream: messages and control
// frames in order, then the error.
type outcome struct {
	seen []string
	err  string
}

// readAll reads to the end. Messages go into a buffer of changing size, which
// is overwritten whenever it is the caller's.
func readAll(r io.Reader, deflate bool, size func() int) (out outcome, memory int) {
	rd := reader{nc: r, rx: rfc6455.Receiver{MaxMessageSize: 1 << 16, MaxFragments: 100, Deflate: deflate}}
	rd.inflater, rd.limit = rfc7692.NewInflater(false, 0), rd.rx.MaxMessageSize
	for {
		buf := make([]byte, size())
		m, err := rd.next(buf)
		memory = max(memory, cap(rd.msg)+len(rd.buf))
		switch {
		case err == nil:
			out.seen = append(out.seen, string(rune('0'+m.Type))+string(m.Data))
		case errors.Is(err, errControl):
			out.seen = append(out.seen, rd.op.String()+string(rd.control))
		case !errors.Is(err, os.ErrDeadlineExceeded):
			out.err = err.Error()
			return out, memory
		}
		scribble(buf)
	}
}

func none() int { return 0 }

// FuzzReader: however the bytes arrive, whenever a deadline cuts in, and
// wherever messages go, the outcome is the same, that of a slow reader, in
// bounded memory.
func FuzzReader(f *testing.F) {
	f.Add(script, []byte{1, 0, 2, 0, 3}, false)
	f.Add(join(script, closing(1000, "bye")), []byte{0, 1, 0, 1, 0, 1, 0, 1}, true)
	for _, v := range violations {
		f.Add(join(script[:20], text("x"), v.bytes, text("y")), []byte{3, 0, 1}, false)
	}
	f.Add(text(strings.Repeat("x", 70000)), []byte{200, 0, 255}, false)
	f.Add(raw(0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3), []byte{1}, false)
	for _, data := range compressedStreams() {
		f.Add(data, []byte{1, 0, 2, 0, 3, 1, 1, 1}, true)
	}
	f.Fuzz(func(t *testing.T, data, cuts []byte, deflate bool) {
		want, _ := readAll(&chunkReader{data: data, err: io.EOF}, deflate, none)
		slow := slowReader{data: data, rx: rfc6455.Receiver{MaxMessageSize: 1 << 16, MaxFragments: 100, Deflate: deflate}}
		require.True(t, slow.agrees(want), "%+v, but slowly %+v", want, slow.seen)
		for _, late := range []bool{false, true} {
			random := rand.New(rand.NewPCG(1, uint64(len(cuts))))
			got, memory := readAll(&chunkReader{data: data, cuts: cuts, err: io.EOF, late: late}, deflate,
				func() int { return random.IntN(200) })
			require.Equal(t, want, got)
			require.LessOrEqual(t, memory, 4*len(data)+4<<16+maxReadBuffer)
		}
	})
}

func TestReaderWhateverTheChunks(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		data := randomStream(random)
		want, _ := readAll(&chunkReader{data: data, err: io.EOF}, false, none)
		require.Equal(t, io.ErrUnexpectedEOF.Error(), want.err)
		cuts := make([]byte, len(data))
		for i := range cuts {
			if cuts[i] = byte(random.IntN(256)); random.IntN(3) == 0 {
				cuts[i] %= 3
			}
		}
		got, _ := readAll(&chunkReader{data: data, cuts: cuts, err: io.EOF}, false, func() int { return random.IntN(3000) })
		require.Equal(t, want, got)
	}
}

// randomStream is a stream of valid frames of all kinds and sizes.
func randomStream(r *rand.Rand) []byte {
	var data []byte
	for range 20 {
		op := rfc6455.OpText
		for n := r.IntN(4); n >= 0; n-- {
			if r.IntN(3) == 0 {
				data = append(data, ping(strings.Repeat("p", r.IntN(126)))...)
			}
			size := r.IntN([]int{2, 130, 3000}[r.IntN(3)])
			data = append(data, frame(op, n == 0, strings.Repeat("x", size))...)
			op = rfc6455.OpContinuation
		}
	}
	return data
}

// A header may claim what it likes: memory follows what has arrived.
func TestReaderTrustsNoClaim(t *testing.T) {
	for arrived, most := range map[int]int{0: trustSize, 1000: trustSize, trustSize: 2 * trustSize, 5 << 20: 16 << 20} {
		header := rfc6455.AppendHeader(nil, rfc6455.Header{Fin: true, Opcode: rfc6455.OpBinary, Length: math.MaxInt64})
		rd := reader{nc: io.MultiReader(strings.NewReader(string(header)), io.LimitReader(zeros{}, int64(arrived)))}
		_, err := rd.next(nil)
		require.Equal(t, io.ErrUnexpectedEOF, err)
		assert.LessOrEqual(t, cap(rd.msg), most, "after %d bytes", arrived)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// The cost of many fragments must not grow with their square.
func TestReaderOfManyFragmentsAllocatesLittle(t *testing.T) {
	data := frame(rfc6455.OpBinary, false, "")
	for range 10000 {
		data = append(data, frame(rfc6455.OpContinuation, false, "0123456789")...)
	}
	data = append(data, frame(rfc6455.OpContinuation, true, "")...)
	allocs := testing.AllocsPerRun(5, func() {
		rd := reader{nc: strings.NewReader(string(data))}
		m, err := rd.next(nil)
		if err != nil || len(m.Data) != 100000 {
			t.Error(len(m.Data), err)
		}
	})
	assert.Less(t, allocs, 50.0)
}

func TestReaderBufferGrowsWithTheStream(t *testing.T) {
	rd := reader{nc: strings.NewReader(strings.Repeat(string(text("0123456789")), 100000))}
	_, err := rd.next(nil)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(rd.buf), 4*minReadBuffer, "little at first")
	for err == nil {
		_, err = rd.next(nil)
	}
	assert.Equal(t, maxReadBuffer, len(rd.buf), "more for a stream that fills it")
	rd.shrink()
	assert.Empty(t, rd.buf, "nothing when there is nothing in it")
	rd.buf, rd.w = make([]byte, maxReadBuffer), 1
	rd.shrink()
	assert.Len(t, rd.buf, maxReadBuffer, "not while there is")
}

func TestReaderDiscards(t *testing.T) {
	rd := reader{nc: strings.NewReader(string(script)), discard: true}
	control := 0
	for {
		m, err := rd.next(nil)
		if err == errControl {
			control++
			continue
		}
		if err != nil {
			require.Equal(t, io.ErrUnexpectedEOF, err)
			break
		}
		assert.Empty(t, m.Data)
		assert.Zero(t, cap(rd.msg), "nothing is held")
	}
	assert.Equal(t, 4, control, "control frames are not discarded")
}
