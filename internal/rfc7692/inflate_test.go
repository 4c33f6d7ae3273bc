package rfc7692

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// RFC 7692, section 7.2.3: the examples, byte for byte. All of them are
// sequences of messages on one connection.
func TestInflateExamples(t *testing.T) {
	type message struct {
		payload string
		want    string
	}
	for name, messages := range map[string][]message{
		"7.2.3.1 A Message Compressed Using One Compressed DEFLATE Block": {
			{"\xf2\x48\xcd\xc9\xc9\x07\x00", "Hello"}},
		"7.2.3.2 Sharing LZ77 Sliding Window": {
			{"\xf2\x48\xcd\xc9\xc9\x07\x00", "Hello"}, {"\xf2\x00\x11\x00\x00", "Hello"}},
		"7.2.3.2, the window is not shared": {
			{"\xf2\x48\xcd\xc9\xc9\x07\x00", "Hello"}, {"\xf2\x48\xcd\xc9\xc9\x07\x00", "Hello"}},
		"7.2.3.3 Using a DEFLATE Block with No Compression": {
			{"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", "Hello"}},
		"7.2.3.4 Using a DEFLATE Block with \"BFINAL\" Set to 1": {
			{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", "Hello"}},
		"7.2.3.4, and the window lives on": {
			{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", "Hello"}, {"\xf2\x00\x11\x00\x00", "Hello"}},
		"7.2.3.5 Two DEFLATE Blocks in One Message": {
			{"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", "Hello"}},
		"7.2.3.6 Generating an Empty Fragment": {{"\x00", ""}, {"\x00", ""}},
		"an empty message as a fixed block":    {{"\x02\x00", ""}},
		"a final stored block, then another block": {
			{"\x01\x05\x00\xfa\xffHello\xca\xc9\xc9\x07\x00", "Hellollo"}},
		"a final fixed block refers to the one before": {
			{"\xf2\x48\xcd\xc9\xc9\x07\x00", "Hello"}, {"\xf3\x00\x11\x00\x00", "Hello"}},
		"final blocks only": {
			{"\x01\x01\x00\xfe\xff1\x01\x01\x00\xfe\xff2\x00", "12"}},
		"a final block and nothing more": {
			{"\xf3\x48\xcd\xc9\xc9\x07\x00", "Hello"}, {"\xf3\x00\x11\x00", "Hello"}, {"\xf2\x00\x11\x00\x00", "Hello"}},
		"a final stored block and nothing more": {
			{"\x01\x05\x00\xfa\xffHello", "Hello"}, {"\x01\x00\x00\xff\xff", ""}, {"\x01", ""}},
		"a stored block that takes the tail for its bytes": {
			{"\x00\x04\x00\xfb\xff", "\x00\x00\xff\xff"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, o := NewInflater(false, 0), &oracle{window: 1 << 15}
			for _, m := range messages {
				got, err := f.Inflate(nil, []byte(m.payload), 0)
				require.NoError(t, err)
				assert.Equal(t, m.want, string(got))
				got, err = o.message([]byte(m.payload))
				require.NoError(t, err, "the oracle")
				assert.Equal(t, m.want, string(got), "the oracle")
			}
		})
	}
}

func TestInflateAppends(t *testing.T) {
	f := NewInflater(false, 0)
	got, err := f.Inflate([]byte("<"), []byte("\xf2\x48\xcd\xc9\xc9\x07\x00"), 5)
	require.NoError(t, err)
	assert.Equal(t, "<Hello", string(got))
	got, err = f.Inflate(got, []byte("\xf2\x00\x11\x00\x00"), 5)
	require.NoError(t, err, "what is in front does not count, and cannot be referred to")
	assert.Equal(t, "<HelloHello", string(got))
}

func TestInflateUsesDst(t *testing.T) {
	f, payload := NewInflater(true, 0), newStdDeflater(6).message(prose(10000))
	dst := make([]byte, 3, 10003)
	got, err := f.Inflate(dst, payload, 0)
	require.NoError(t, err)
	assert.Same(t, &dst[0], &got[0])

	m := new(inflating) // the pool would lose it now and then
	run := func() {
		m.begin(&f.history)
		m.goOn(dst, 0)
		err = m.part(payload)
	}
	assert.Zero(t, testing.AllocsPerRun(10, run))
	assert.Equal(t, errMore, err)
	assert.NoError(t, m.finish())
}

// compress/flate at every level, including stored blocks and Huffman codes
// alone, all kinds and sizes of message, with context takeover.
func TestInflateWhatOthersDeflate(t *testing.T) {
	for _, level := range []int{-2, 0, 1, 6} {
		for name, kind := range kinds {
			t.Run(fmt.Sprintf("level %d, %s", level, name), func(t *testing.T) {
				d, f := newStdDeflater(level), NewInflater(false, 15)
				var out []byte
				for _, n := range sizes {
					if n > 33025 && level != 6 {
						continue // to save time
					}
					want := kind(n)
					var err error
					out, err = f.Inflate(out[:0], d.message(want), int64(n))
					require.NoError(t, err, "%d bytes", n)
					require.True(t, bytes.Equal(want, out), "%d bytes", n)
				}
			})
		}
	}
}

func TestCorruptData(t *testing.T) {
	for name, test := range map[string]struct {
		payload string
		msg     string
	}{
		"nothing at all":                        {"", "unexpected end"},
		"reserved type":                         {"\x06", "reserved type of block"},
		"reserved type, final":                  {"\x07", "reserved type of block"},
		"the tail was not removed":              {"\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff", "unexpected end"},
		"a final block and half of another one": {"\xf3\x48\xcd\xc9\xc9\x07\x00\x02", "unexpected end"},
		"a final block and twice the tail":      {"\xf3\x48\xcd\xc9\xc9\x07\x00\x00\x00\x00\xff\xff", "unexpected end"},
		"a fixed block without its end":         {"\xf2\x48\xcd\xc9\xc9", "unexpected end"},
		"a fixed block that goes on in bits":    {"\xf2\x48\xcd\xc9\xc9\x07", "unexpected end"},
		"stored, complement wrong":              {"\x00\x05\x00\xfa\xfeHello\x00", "length of a stored block does not match its complement"},
		"stored, no complement":                 {"\x00\x05", "length of a stored block does not match its complement"},
		"stored, too short":                     {"\x00\x0a\x00\xf5\xffHello", "unexpected end"},
		"stored, so short that the tail is too": {"\x00\x06\x00\xf9\xffH", "unexpected end"},
		"distance beyond the beginning":         {"\xf2\x00\x11\x00\x00", "distance beyond the beginning"},
		"a length and nothing more":             {"\x02\x03", "distance beyond the beginning"},
		"literal 286":                           {"\x1b\x03\x00", "bits that are no symbol"},
		"too many literals":                     {"\xf4\x00\x00\x00", "too many symbols"},
		"too many distances":                    {"\x04\x1e\x00\x00", "too many symbols"},
		"code of code lengths oversubscribed":   {"\x04\xe0\xff\xff\xff\xff\xff\xff\xff", "lengths that make no code"},
	} {
		t.Run(name, func(t *testing.T) {
			f := NewInflater(false, 0)
			got, err := f.Inflate([]byte("kept"), []byte(test.payload), 0)
			assert.Equal(t, "kept", string(got))
			var corrupt *CorruptError
			require.ErrorAs(t, err, &corrupt)
			assert.Equal(t, test.msg, corrupt.Msg)
			assert.LessOrEqual(t, corrupt.Offset, len(test.payload))
			_, err = (&oracle{window: 1 << 15}).message([]byte(test.payload))
			assert.Error(t, err, "the oracle")
		})
	}
}

func TestEveryTruncationIsFoundOut(t *testing.T) {
	for _, level := range []int{-2, 0, 1, 6} {
		payload := newStdDeflater(level).message(prose(400))
		for n := range payload {
			_, err := NewInflater(false, 0).Inflate(nil, payload[:n], 0)
			_, theirs := (&oracle{window: 1 << 15}).message(payload[:n])
			assert.Equal(t, theirs != nil, err != nil, "level %d, %d of %d bytes", level, n, len(payload))
		}
	}
}

func TestCorruptErrorTellsWhere(t *testing.T) {
	_, err := NewInflater(false, 0).Inflate(nil, []byte("\x00\x05\x00\xfa\xffHello\x06"), 0)
	assert.EqualError(t, err, "corrupt deflate data at byte 10: reserved type of block")
}

func TestLimit(t *testing.T) {
	payload := newStdDeflater(6).message(prose(1000))
	for name, test := range map[string]struct {
		limit int64
		size  int64 // 0: no error
	}{
		"none":          {0, 0},
		"negative":      {-1, 0},
		"as long":       {1000, 0},
		"longer":        {1001, 0},
		"the most":      {math.MaxInt64, 0},
		"one too short": {999, 1000},
		"far too short": {1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			for _, front := range []int{0, 1, 5000} {
				for _, room := range []int{0, 2000} {
					dst := make([]byte, front, front+room)
					got, err := NewInflater(false, 0).Inflate(dst, payload, test.limit)
					if test.size == 0 {
						require.NoError(t, err)
						assert.Len(t, got, front+1000)
						continue
					}
					var big *TooBigError
					require.ErrorAs(t, err, &big)
					assert.Equal(t, test.limit, big.Limit)
					assert.GreaterOrEqual(t, big.Size, test.size)
					assert.LessOrEqual(t, big.Size, int64(1000))
					assert.Len(t, got, front)
				}
			}
		})
	}
}

func TestLimitOfEachKindOfBlock(t *testing.T) {
	for name, payload := range map[string][]byte{
		"stored":   newStdDeflater(0).message(make([]byte, 100)),
		"literals": newStdDeflater(-2).message(prose(100)),
		"matches":  newStdDeflater(6).message(make([]byte, 100)),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewInflater(false, 0).Inflate(nil, payload, 100)
			require.NoError(t, err)
			_, err = NewInflater(false, 0).Inflate(nil, payload, 99)
			var big *TooBigError
			require.ErrorAs(t, err, &big)
			assert.EqualError(t, err, fmt.Sprintf("inflated message of %d bytes or more is over the limit of 99", big.Size))
		})
	}
}

// 8 MiB in 8 KiB: a limit that is checked afterwards would cost the memory.
func TestABombAllocatesNoMoreThanTheLimit(t *testing.T) {
	bomb := newStdDeflater(9).message(make([]byte, 8<<20))
	const limit = 1 << 18
	result := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := NewInflater(false, 0).Inflate(nil, bomb, limit)
			var big *TooBigError
			require.ErrorAs(b, err, &big)
			require.LessOrEqual(b, big.Size, int64(limit+maxMatch))
		}
	})
	assert.Less(t, result.AllocedBytesPerOp(), int64(limit*3), "a buffer of the limit, and those before it, each half as long at most")
}

func TestAnErrorIsForEver(t *testing.T) {
	for name, test := range map[string]struct {
		payload string
		limit   int64
	}{"corrupt": {"\x06", 0}, "too big": {"\x00\x05\x00\xfa\xffHello\x00", 4}} {
		t.Run(name, func(t *testing.T) {
			f := NewInflater(false, 0)
			_, err := f.Inflate(nil, []byte("\xf2\x48\xcd\xc9\xc9\x07\x00"), 0)
			require.NoError(t, err)
			_, first := f.Inflate(nil, []byte(test.payload), test.limit)
			require.Error(t, first)
			_, again := f.Inflate(nil, []byte("\xf2\x48\xcd\xc9\xc9\x07\x00"), 0)
			assert.Same(t, first, again)
			assert.Nil(t, f.history.ring, "memory is returned")
		})
	}
}

// RFC 7692, section 7.2.1: "If the "agreed parameters" contain the
// "server_no_context_takeover" extension parameter, the server MUST start
// compressing each new message with an empty LZ77 sliding window."
func TestNoContextTakeoverLeavesNothingToReferTo(t *testing.T) {
	f := NewInflater(true, 0)
	_, err := f.Inflate(nil, []byte("\xf2\x48\xcd\xc9\xc9\x07\x00"), 0)
	require.NoError(t, err)
	assert.Nil(t, f.history.ring)
	_, err = f.Inflate(nil, []byte("\xf2\x00\x11\x00\x00"), 0)
	assert.EqualError(t, err, "corrupt deflate data at byte 3: distance beyond the beginning")
}

// RFC 7692, section 7.2.1: a window of w bits is 2^w bytes, in a message and
// across messages.
func TestWindowOfEachSize(t *testing.T) {
	for bits := leastWindowBits; bits <= MaxWindowBits; bits++ {
		for distance, ok := range map[int]bool{1<<bits - 1: true, 1 << bits: true, 1<<bits + 1: false} {
			if distance > maxDistance {
				continue // cannot be said
			}
			for _, split := range []int{0, 1, distance / 2, distance} {
				t.Run(fmt.Sprintf("%d bits, distance %d, %d in the message before", bits, distance, split), func(t *testing.T) {
					f, text := NewInflater(false, bits), random(distance, 3)
					_, err := f.Inflate(nil, storedMessage(text[:split]), 0)
					require.NoError(t, err)
					var w bitWriter
					w.reserve(100)
					writeMatch(&w, 3, distance)
					match := w.out
					payload := append(storedBlocks(text[split:]), match...)
					got, err := f.Inflate(nil, payload, 0)
					if !ok {
						assert.ErrorContains(t, err, "distance beyond the window")
						return
					}
					require.NoError(t, err)
					assert.Equal(t, text[:3], got[len(got)-3:])
				})
			}
		}
	}
}

// A compressor that is built on zlib has no window of 8 bits: told to have one,
// it has 9.
func TestWindowOfEightBitsIsOneOfNine(t *testing.T) {
	text := random(512, 3)
	payload := func(distance int) []byte {
		var w bitWriter
		w.reserve(100)
		writeMatch(&w, 3, distance)
		return append(storedBlocks(text[500:]), w.out...)
	}
	for _, distance := range []int{256, 257, 512} {
		f := NewInflater(false, MinWindowBits)
		_, err := f.Inflate(nil, storedMessage(text[:500]), 0)
		require.NoError(t, err)
		got, err := f.Inflate(nil, payload(distance), 0)
		require.NoError(t, err, distance)
		assert.Equal(t, text[512-distance:][:3], got[len(got)-3:])
	}
	_, err := NewInflater(false, MinWindowBits).Inflate(nil, append(storedBlocks(text[:100]), payload(513)...), 0)
	assert.ErrorContains(t, err, "distance beyond the window")
	assert.Equal(t, 256, NewDeflater(false, MinWindowBits).history.window, "what is sent keeps to the letter")
}

// storedBlocks is p in stored blocks.
func storedBlocks(p []byte) (out []byte) {
	for len(p) > 0 {
		n := min(len(p), 10000)
		out = append(out, 0, byte(n), byte(n>>8), byte(^n), byte(^n>>8))
		out = append(out, p[:n]...)
		p = p[n:]
	}
	return out
}

func storedMessage(p []byte) []byte { return append(storedBlocks(p), 0) }

// writeMatch writes a fixed block of one match, and the end of a message.
func writeMatch(w *bitWriter, length, distance int) {
	var b block
	b.reset()
	b.match(length, distance)
	w.put(fixedBlock<<1, 3)
	b.writeTokens(w, fixedLiteralCodes[:], fixedDistanceCodes[:])
	w.put(storedBlock<<1, 3)
	w.align()
}

func TestInflaterHoldsItsWindowAlone(t *testing.T) {
	for bits := MinWindowBits; bits <= MaxWindowBits; bits++ {
		f, d := NewInflater(false, bits), NewDeflater(false, bits)
		assert.Nil(t, f.history.ring, "before the first message")
		for range 3 {
			payload, err := d.Deflate(nil, random(50000, 1))
			require.NoError(t, err)
			_, err = f.Inflate(nil, payload, 0)
			require.NoError(t, err)
		}
		assert.Equal(t, max(1<<bits, 512), cap(f.history.ring))
	}
}
