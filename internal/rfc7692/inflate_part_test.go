package rfc7692

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inParts gives a message to f in parts as long as sizes say, which begin again
// at their end. A size of zero is an empty part.
func inParts(f *Inflater, payload []byte, limit int64, sizes []byte) (out []byte, err error) {
	most := 2*len(payload) + len(sizes)
	for i := 0; len(payload) > 0 && err == nil; i++ {
		n := 1
		if len(sizes) > 0 && i < most { // zeros alone would take for ever
			n = min(int(sizes[i%len(sizes)]), len(payload))
		}
		out, err = f.Part(out, payload[:n], limit, false)
		payload = payload[n:]
	}
	if err == nil {
		out, err = f.Part(out, nil, limit, true)
	}
	return out, err
}

// payloads are messages for themselves, of all kinds of block.
func payloads() (list [][]byte) {
	for _, level := range []int{-2, 0, 1, 6} {
		for _, n := range []int{700, 90, 0} {
			list = append(list, newStdDeflater(level).message(prose(n)))
		}
	}
	d := NewDeflater(true, 0)
	for _, m := range [][]byte{nil, []byte("a"), prose(3000), random(500, 1), feed(1, 900)[0]} {
		p, _ := d.Deflate(nil, m)
		list = append(list, p)
	}
	return append(list, []byte("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"))
}

func TestAMessageInParts(t *testing.T) {
	for i, payload := range payloads() {
		want, err := NewInflater(false, 0).Inflate(nil, payload, 0)
		require.NoError(t, err)
		for cut := range len(payload) + 1 {
			f := NewInflater(false, 0)
			first, err := f.Part(nil, payload[:cut], 0, false)
			require.NoError(t, err)
			require.True(t, bytes.HasPrefix(want, first))
			got, err := f.Part(first, payload[cut:], 0, true)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), "message %d, cut at %d", i, cut)
		}
		for _, sizes := range [][]byte{{1}, {0, 1}, {2, 9, 1}, {7}, {8, 0}, {200, 3}} {
			got, err := inParts(NewInflater(false, 0), payload, int64(len(want)), sizes)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got), "message %d, in parts of %v", i, sizes)
		}
	}
}

// What a part says is there at once, to the last bit: a byte of a stored block,
// and a literal whose code is complete.
func TestAPartGivesAllThatItCan(t *testing.T) {
	for name, payload := range map[string]string{
		"stored":   "\x00\x05\x00\xfa\xffHello\x00",
		"literals": "\xf2\x48\xcd\xc9\xc9\x07\x00",
	} {
		t.Run(name, func(t *testing.T) {
			f, o := NewInflater(false, 0), &oracle{window: 1 << 15}
			var out []byte
			for i := range len(payload) {
				var err error
				out, err = f.Part(out, []byte(payload[i:i+1]), 0, false)
				require.NoError(t, err)
				require.Equal(t, string(o.prefix([]byte(payload[:i+1]))), string(out), "after %d bytes", i+1)
			}
			assert.Equal(t, "Hello", string(out), "before the end")
		})
	}
}

// The part of the caller's buffer in front of a message is the caller's.
func TestPartsBehindSomethingElse(t *testing.T) {
	f := NewInflater(false, 0)
	for range 2 {
		dst := make([]byte, 4, 6)
		copy(dst, "kept")
		for _, p := range []string{"\xf2\x48\xcd", "\xc9\xc9\x07"} {
			var err error
			dst, err = f.Part(dst, []byte(p), 5, false)
			require.NoError(t, err)
		}
		dst, err := f.Part(append([]byte("moved"), dst[4:]...), []byte("\x00"), 5, true)
		require.NoError(t, err)
		assert.Equal(t, "movedHello", string(dst))
	}
}

func TestPartsUpToAnError(t *testing.T) {
	for name, test := range map[string]struct {
		payload string
		limit   int64
		want    string
		err     string
	}{
		"corrupt":          {"\x00\x05\x00\xfa\xffHello\x06", 0, "Hello", "corrupt deflate data at byte 10: reserved type of block"},
		"too big, stored":  {"\x00\x05\x00\xfa\xffHello\x00", 3, "Hel", "inflated message of 4 bytes or more is over the limit of 3"},
		"too big, literal": {"\xf2\x48\xcd\xc9\xc9\x07\x00", 4, "Hell", "inflated message of 5 bytes or more is over the limit of 4"},
		"never ends":       {"\x00\x06\x00\xf9\xffH", 0, "H\x00\x00\xff\xff", "corrupt deflate data at byte 6: unexpected end"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, sizes := range [][]byte{{255}, {1}, {0, 3}} {
				f := NewInflater(false, 0)
				got, err := inParts(f, []byte(test.payload), test.limit, sizes)
				assert.EqualError(t, err, test.err)
				assert.Equal(t, test.want, string(got))
				_, again := f.Part(nil, []byte("\x00"), 0, true)
				assert.Equal(t, err, again)
				assert.Nil(t, f.message, "memory is returned")
			}
		})
	}
}

// A message that never ends holds what it has said, and the tables.
func TestPartsAllocateLittle(t *testing.T) {
	f := NewInflater(false, 0)
	dst, err := f.Part(make([]byte, 0, 1<<16), []byte("\xf2\x48"), 0, false)
	require.NoError(t, err)
	more := []byte("\xcd")
	allocs := testing.AllocsPerRun(1000, func() { dst, err = f.Part(dst, more, 0, false) })
	require.NoError(t, err)
	assert.Zero(t, allocs)
}
