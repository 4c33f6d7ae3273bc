package rfc6455

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unhex decodes hexadecimal digits with spaces between them.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	p, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return p
}

var key = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// The examples of RFC 6455, section 5.7, and the edges of the three forms of
// the length. Section 5.2: "The length of the "Payload data", in bytes: if
// 0-125, that is the payload length. If 126, the following 2 bytes interpreted
// as a 16-bit unsigned integer are the payload length."
var headers = []struct {
	name string
	wire string
	want Header
}{
	{"5.7 a single-frame unmasked text message", "81 05", Header{Fin: true, Opcode: OpText, Length: 5}},
	{"5.7 a single-frame masked text message", "81 85 37fa213d", Header{Fin: true, Opcode: OpText, Masked: true, MaskKey: key, Length: 5}},
	{"5.7 a fragmented unmasked text message, first frame", "01 03", Header{Opcode: OpText, Length: 3}},
	{"5.7 a fragmented unmasked text message, last frame", "80 02", Header{Fin: true, Length: 2}},
	{"5.7 unmasked ping request", "89 05", Header{Fin: true, Opcode: OpPing, Length: 5}},
	{"5.7 masked pong response", "8a 85 37fa213d", Header{Fin: true, Opcode: OpPong, Masked: true, MaskKey: key, Length: 5}},
	{"5.7 256 bytes binary message in a single unmasked frame", "82 7e 0100", Header{Fin: true, Opcode: OpBinary, Length: 256}},
	{"5.7 64 KiB binary message in a single unmasked frame", "82 7f 0000000000010000", Header{Fin: true, Opcode: OpBinary, Length: 65536}},
	{"5.2 length 0", "82 00", Header{Fin: true, Opcode: OpBinary}},
	{"5.2 length 125, the most in 7 bits", "82 7d", Header{Fin: true, Opcode: OpBinary, Length: 125}},
	{"5.2 length 126, the least in 16 bits", "82 7e 007e", Header{Fin: true, Opcode: OpBinary, Length: 126}},
	{"5.2 length 127", "82 7e 007f", Header{Fin: true, Opcode: OpBinary, Length: 127}},
	{"5.2 length 65535, the most in 16 bits", "82 7e ffff", Header{Fin: true, Opcode: OpBinary, Length: 65535}},
	{"5.2 length 2^63-1, the most of all", "82 7f 7fffffffffffffff", Header{Fin: true, Opcode: OpBinary, Length: math.MaxInt64}},
	{"5.2 the longest header", "82 ff 0000000000010000 37fa213d", Header{Fin: true, Opcode: OpBinary, Masked: true, MaskKey: key, Length: 65536}},
	{"5.2 RSV1", "c1 00", Header{Fin: true, RSV1: true, Opcode: OpText}},
	{"5.2 RSV2", "a1 00", Header{Fin: true, RSV2: true, Opcode: OpText}},
	{"5.2 RSV3", "91 00", Header{Fin: true, RSV3: true, Opcode: OpText}},
	{"5.5.1 close", "88 02", Header{Fin: true, Opcode: OpClose, Length: 2}},
	{"5.5 control frame of 125 bytes", "89 7d", Header{Fin: true, Opcode: OpPing, Length: 125}},
}

func TestParseHeader(t *testing.T) {
	for _, tt := range headers {
		t.Run(tt.name, func(t *testing.T) {
			wire := unhex(t, tt.wire)
			h, n, err := ParseHeader(append(bytes.Clone(wire), "payload"...))
			require.NoError(t, err)
			assert.Equal(t, len(wire), n)
			assert.Equal(t, tt.want, h)
		})
	}
}

func TestParseHeaderNeedsMore(t *testing.T) {
	for _, tt := range headers {
		t.Run(tt.name, func(t *testing.T) {
			wire := unhex(t, tt.wire)
			for i := range wire {
				h, n, err := ParseHeader(wire[:i])
				require.NoError(t, err)
				assert.Zero(t, n, "of %d bytes", i)
				assert.Zero(t, h)
			}
		})
	}
}

func TestAppendHeader(t *testing.T) {
	for _, tt := range headers {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, "x"+string(unhex(t, tt.wire)), string(AppendHeader([]byte("x"), tt.want)))
		})
	}
}

// What no frame may be, with the number of bytes that decide it: with one
// fewer the parser asks for more, with that many it fails.
func TestParseHeaderRefuses(t *testing.T) {
	for _, tt := range []struct {
		name    string
		wire    string
		decides int
		section string
	}{
		// "%x3-7 are reserved for further non-control frames"
		{"5.2 reserved non-control opcode 3", "83 00", 1, "5.2"},
		{"5.2 reserved non-control opcode 4", "84 00", 1, "5.2"},
		{"5.2 reserved non-control opcode 5", "85 00", 1, "5.2"},
		{"5.2 reserved non-control opcode 6", "86 00", 1, "5.2"},
		{"5.2 reserved non-control opcode 7", "87 00", 1, "5.2"},
		// "%xB-F are reserved for further control frames"
		{"5.2 reserved control opcode 11", "8b 00", 1, "5.2"},
		{"5.2 reserved control opcode 12", "8c 00", 1, "5.2"},
		{"5.2 reserved control opcode 13", "8d 00", 1, "5.2"},
		{"5.2 reserved control opcode 14", "8e 00", 1, "5.2"},
		{"5.2 reserved control opcode 15", "8f 00", 1, "5.2"},
		{"5.2 reserved opcode without FIN", "03 00", 1, "5.2"},
		// "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
		{"5.5 fragmented close", "08 00", 1, "5.5"},
		{"5.5 fragmented ping", "09 00", 1, "5.5"},
		{"5.5 fragmented pong", "0a 00", 1, "5.5"},
		{"5.5 close of 126 bytes", "88 7e 007e", 2, "5.5"},
		{"5.5 ping of 126 bytes", "89 7e 007e", 2, "5.5"},
		{"5.5 pong of 65536 bytes", "8a 7f 0000000000010000", 2, "5.5"},
		{"5.5 masked ping of 126 bytes", "89 fe 007e 00000000", 2, "5.5"},
		// "Note that in all cases, the minimal number of bytes MUST be used to encode the length, for example, the
		// length of a 124-byte-long string can't be encoded as the sequence 126, 0, 124."
		{"5.2 length 124 as 126, 0, 124", "82 7e 007c", 4, "5.2"},
		{"5.2 length 0 in 16 bits", "82 7e 0000", 4, "5.2"},
		{"5.2 length 125 in 16 bits", "82 7e 007d", 4, "5.2"},
		{"5.2 length 0 in 64 bits", "82 7f 0000000000000000", 8, "5.2"},
		{"5.2 length 126 in 64 bits", "82 7f 000000000000007e", 8, "5.2"},
		{"5.2 length 65535 in 64 bits", "82 7f 000000000000ffff", 8, "5.2"},
		// "(the most significant bit MUST be 0)"
		{"5.2 length 2^63", "82 7f 8000000000000000", 3, "5.2"},
		{"5.2 length 2^64-1", "82 7f ffffffffffffffff", 3, "5.2"},
		{"5.2 masked length 2^63", "82 ff 8000000000000000 37fa213d", 3, "5.2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			wire := unhex(t, tt.wire)
			for i := range len(wire) + 1 {
				h, n, err := ParseHeader(wire[:i])
				assert.Zero(t, h)
				assert.Zero(t, n)
				if i < tt.decides {
					require.NoError(t, err, "%d bytes do not decide", i)
					continue
				}
				var e *Error
				require.ErrorAs(t, err, &e, "%d bytes decide", i)
				assert.Equal(t, uint16(1002), e.Code)
				assert.Equal(t, tt.section, e.Section)
			}
		})
	}
}

func TestAppendHeaderKeepsOpcodeApart(t *testing.T) {
	assert.Equal(t, []byte{0x0f, 0}, AppendHeader(nil, Header{Opcode: 0xff}), "only four bits are the opcode")
}

func TestHeaderAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, MaxHeaderSize)
	h := Header{Fin: true, Opcode: OpBinary, Masked: true, MaskKey: key, Length: 1 << 20}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		buf = AppendHeader(buf[:0], h)
		if got, n, err := ParseHeader(buf); err != nil || n != MaxHeaderSize || got != h {
			panic("header does not come back")
		}
	}))
}

// A header that parses is written back byte for byte, and any prefix of it
// asks for more; a header that is refused is refused for every prefix from the
// one that decides on, with the same error.
func FuzzParseHeader(f *testing.F) {
	for _, tt := range headers {
		f.Add(unhex(f, tt.wire))
	}
	for _, wire := range []string{"83", "08 00", "89 7e", "82 7e 007c", "82 7f 8000000000000000", "82 7f 0000000000000001"} {
		f.Add(unhex(f, wire))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		h, n, err := ParseHeader(p)
		if n > 0 {
			require.NoError(t, err)
			require.Equal(t, p[:n], AppendHeader(nil, h))
			require.GreaterOrEqual(t, h.Length, int64(0))
		}
		requirePrefixesAgree(t, p, n, err)
	})
}

// requirePrefixesAgree checks what ParseHeader says of each prefix of p
// against n and err, what it says of p.
func requirePrefixesAgree(t *testing.T, p []byte, n int, err error) {
	failed := false
	for i := range min(len(p), MaxHeaderSize) + 1 {
		_, m, e := ParseHeader(p[:i])
		if failed {
			require.Error(t, e, "more bytes do not mend a header")
		}
		if failed = e != nil; failed {
			var got, want *Error
			require.True(t, errors.As(e, &got) && errors.As(err, &want))
			require.Equal(t, want, got)
			continue
		}
		require.Equal(t, n > 0 && i >= n, m > 0)
	}
	require.Equal(t, err != nil, failed)
}

func BenchmarkParseHeader(b *testing.B) {
	wire := unhex(b, "82 7e 0100")
	for b.Loop() {
		if _, n, _ := ParseHeader(wire); n != 4 {
			b.Fatal(n)
		}
	}
}
