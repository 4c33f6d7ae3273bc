package rfc6455

import (
	"encoding/binary"
	"math/bits"
)

// Mask masks or unmasks: it sets dst[i] to src[i] ^ key[(pos+i)&3] for every i
// in src and returns (pos+len(src))&3, the pos for the bytes that follow.
//
// dst must be as long as src at least. It may be exactly src; otherwise the
// two must not overlap. Copying and masking in one pass lets a sender leave
// the caller's data as it is without walking over it twice.
//
// RFC 6455, section 5.3: "Octet i of the transformed data
// ("transformed-octet-i") is the XOR of octet i of the original data
// ("original-octet-i") with octet at index i modulo 4 of the masking key
// ("masking-key-octet-j")".
func Mask(dst, src []byte, key [4]byte, pos int) int {
	dst = dst[:len(src)]
	end := (pos + len(src)) & 3
	// Reading and writing are both little endian, so the key's first byte
	// meets the lowest one; rotating right starts the key at pos.
	k32 := bits.RotateLeft32(binary.LittleEndian.Uint32(key[:]), -8*(pos&3))
	k := uint64(k32)<<32 | uint64(k32)
	for len(src) >= 64 {
		mask64((*[64]byte)(dst), (*[64]byte)(src), k)
		dst, src = dst[64:], src[64:]
	}
	for len(src) >= 8 {
		binary.LittleEndian.PutUint64(dst, binary.LittleEndian.Uint64(src)^k)
		dst, src = dst[8:], src[8:]
	}
	for i := range src {
		dst[i] = src[i] ^ byte(k>>(8*uint(i)))
	}
	return end
}

// mask64 does eight words a turn: fewer do not reach the speed of memory,
// more do not help. Arrays rather than slices spare the bounds checks.
func mask64(d, s *[64]byte, k uint64) {
	le := binary.LittleEndian
	le.PutUint64(d[0:8], le.Uint64(s[0:8])^k)
	le.PutUint64(d[8:16], le.Uint64(s[8:16])^k)
	le.PutUint64(d[16:24], le.Uint64(s[16:24])^k)
	le.PutUint64(d[24:32], le.Uint64(s[24:32])^k)
	le.PutUint64(d[32:40], le.Uint64(s[32:40])^k)
	le.PutUint64(d[40:48], le.Uint64(s[40:48])^k)
	le.PutUint64(d[48:56], le.Uint64(s[48:56])^k)
	le.PutUint64(d[56:64], le.Uint64(s[56:64])^k)
}
