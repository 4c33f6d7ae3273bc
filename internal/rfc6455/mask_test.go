package rfc6455

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowMask is RFC 6455, section 5.3, word for word: "j = i MOD 4;
// transformed-octet-i = original-octet-i XOR masking-key-octet-j".
func slowMask(dst, src []byte, key [4]byte, pos int) {
	for i := range src {
		dst[i] = src[i] ^ key[(pos+i)%4]
	}
}

func random(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(r.Uint32())
	}
	return p
}

// Section 5.7: "A single-frame masked text message 0x81 0x85 0x37 0xfa 0x21
// 0x3d 0x7f 0x9f 0x4d 0x51 0x58 (contains "Hello")"
func TestMaskExampleOfTheSpecification(t *testing.T) {
	p := []byte("Hello")
	assert.Equal(t, 1, Mask(p, p, key, 0))
	assert.Equal(t, unhex(t, "7f9f4d5158"), p)
	Mask(p, p, key, 0)
	assert.Equal(t, "Hello", string(p), "masking twice gives the original")
}

// Every length up to a few turns of the widest loop, at every alignment of
// source and destination to a word and every position in the key.
func TestMaskEqualsTheSlowOracle(t *testing.T) {
	data := random(300 + 8)
	want, got := make([]byte, len(data)), make([]byte, len(data))
	for size := range 300 {
		for align := range 8 {
			for pos := range 4 {
				src := data[align:][:size]
				slowMask(want, src, key, pos)
				next := Mask(got[7-align:][:size], src, key, pos)
				require.Equal(t, (pos+size)%4, next)
				require.True(t, bytes.Equal(want[:size], got[7-align:][:size]), "size %d align %d pos %d", size, align, pos)
			}
		}
	}
	require.Equal(t, random(len(data)), data, "the source is left as it was")
}

func TestMaskInPlace(t *testing.T) {
	for size := range 300 {
		p, want := random(size), make([]byte, size)
		slowMask(want, p, key, 3)
		Mask(p, p, key, 3)
		require.True(t, bytes.Equal(want, p), "size %d", size)
	}
}

func TestMaskWritesNothingBeyondTheSource(t *testing.T) {
	dst := bytes.Repeat([]byte{0xee}, 200)
	Mask(dst, random(77), key, 0)
	assert.Equal(t, bytes.Repeat([]byte{0xee}, 123), dst[77:])
}

func TestMaskTakesAnyPosition(t *testing.T) {
	want, got := make([]byte, 9), make([]byte, 9)
	for _, pos := range []int{0, 5, 1 << 30, 1<<30 + 3} {
		slowMask(want, random(9), key, pos)
		assert.Equal(t, (pos+9)%4, Mask(got, random(9), key, pos))
		assert.Equal(t, want, got, "pos %d", pos)
	}
}

func TestMaskAllocatesNothing(t *testing.T) {
	dst, src := make([]byte, 1000), random(1000)
	assert.Zero(t, testing.AllocsPerRun(100, func() { Mask(dst, src, key, 1) }))
}

// Masking in two pieces, cut anywhere, is masking in one, and both are what
// the slow oracle says.
func FuzzMask(f *testing.F) {
	f.Add([]byte("Hello"), uint32(0x37fa213d), uint8(0), uint16(2))
	f.Add(bytes.Repeat([]byte("0123456789abcdef"), 9), uint32(1), uint8(3), uint16(65))
	f.Add([]byte{}, uint32(0xffffffff), uint8(1), uint16(0))
	f.Fuzz(func(t *testing.T, src []byte, k uint32, pos uint8, cut uint16) {
		key := [4]byte{byte(k >> 24), byte(k >> 16), byte(k >> 8), byte(k)}
		want, got := make([]byte, len(src)), make([]byte, len(src))
		slowMask(want, src, key, int(pos))
		n := min(int(cut), len(src))
		next := Mask(got, src[:n], key, int(pos))
		Mask(got[n:], src[n:], key, next)
		require.Equal(t, want, got)
		Mask(src, src, key, int(pos))
		require.Equal(t, want, src, "in place")
	})
}

func BenchmarkMask(b *testing.B) {
	for _, size := range []int{16, 125, 1 << 10, 64 << 10, 1 << 20} {
		src, dst := random(size), make([]byte, size)
		b.Run("copy/"+strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				Mask(dst, src, key, 0)
			}
		})
		b.Run("inplace/"+strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				Mask(src, src, key, 0)
			}
		})
	}
}
