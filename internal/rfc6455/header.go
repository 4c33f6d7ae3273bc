package rfc6455

import (
	"encoding/binary"
	"strconv"
)

const (
	// MaxHeaderSize is the size of the longest frame header: two bytes, a
	// 64-bit length and a masking key.
	MaxHeaderSize = 14
	// MaxControlPayload is the largest payload of a control frame (RFC 6455,
	// section 5.5).
	MaxControlPayload = 125
)

// A Header is what precedes a frame's payload (RFC 6455, section 5.2).
type Header struct {
	Fin              bool // the last frame of its message
	RSV1, RSV2, RSV3 bool // zero unless an extension gives them a meaning
	Opcode           Opcode
	Masked           bool
	MaskKey          [4]byte // meaningless unless Masked
	Length           int64   // of the payload in bytes, never negative
}

// The values of the 7-bit length that announce a longer one.
const (
	length16 = 126
	length64 = 127
)

// AppendHeader appends h in wire format. It writes any combination of bits, so
// that a test peer can misbehave; the length is always the shortest form.
//
// RFC 6455, section 5.2: "Note that in all cases, the minimal number of bytes
// MUST be used to encode the length".
func AppendHeader(dst []byte, h Header) []byte {
	dst = append(dst, bit(h.Fin, 7)|bit(h.RSV1, 6)|bit(h.RSV2, 5)|bit(h.RSV3, 4)|byte(h.Opcode)&15)
	mask := bit(h.Masked, 7)
	switch {
	case h.Length < length16:
		dst = append(dst, mask|byte(h.Length)&0x7f)
	case h.Length <= 0xffff:
		dst = append(dst, mask|length16, byte(h.Length>>8), byte(h.Length))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, mask|length64), uint64(h.Length))
	}
	if h.Masked {
		dst = append(dst, h.MaskKey[:]...)
	}
	return dst
}

// bit returns a byte with bit n set if on.
func bit(on bool, n uint) byte {
	if on {
		return 1 << n
	}
	return 0
}

// ParseHeader parses the header that p begins with and returns its size. It
// returns n == 0 and no error if p is too short to hold it all.
//
// It refuses, with an [*Error], what no frame may be whatever was negotiated,
// at the first byte that shows it: reserved opcodes, control frames that are
// fragmented or longer than 125 bytes, and lengths that are not minimal or
// have the top bit set. The rest is up to [Receiver.Frame].
func ParseHeader(p []byte) (h Header, n int, err error) {
	if n, err = h.parse(p); n == 0 {
		return Header{}, 0, err
	}
	return h, n, nil
}

// parse sets h, the zero Header, to what p begins with and returns its size,
// or 0 if p is too short or with an error; h is then of no use.
func (h *Header) parse(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	b := p[0]
	h.Fin, h.RSV1, h.RSV2, h.RSV3 = b&0x80 != 0, b&0x40 != 0, b&0x20 != 0, b&0x10 != 0
	h.Opcode = Opcode(b & 15)
	if err := h.checkOpcode(); err != nil || len(p) < 2 {
		return 0, err
	}
	h.Masked = p[1]&0x80 != 0
	n = 2
	if h.Length = int64(p[1] & 0x7f); h.Length >= length16 {
		if n, err = h.parseLength(p); n == 0 {
			return 0, err
		}
	}
	if h.Masked {
		if len(p) < n+4 {
			return 0, nil
		}
		h.MaskKey = [4]byte(p[n : n+4])
		n += 4
	}
	return n, nil
}

// parseLength sets h.Length to the 16-bit or 64-bit length that it announces,
// and returns the position after it, or 0 if p is too short or with an error.
func (h *Header) parseLength(p []byte) (n int, err error) {
	if h.Opcode.IsControl() {
		return 0, errControlLength(h)
	}
	if h.Length == length16 {
		h.Length, n, err = parseLength16(p[2:])
	} else {
		h.Length, n, err = parseLength64(p[2:])
	}
	return n, err
}

func parseLength16(p []byte) (length int64, n int, err error) {
	if len(p) < 2 {
		return 0, 0, nil
	}
	length = int64(binary.BigEndian.Uint16(p))
	if length < length16 {
		return 0, 0, errNotMinimal(length, 16)
	}
	return length, 4, nil
}

// parseLength64 decides as early as it can: the top bit is in the first byte,
// and six zero bytes leave a number that 16 bits could hold.
//
// RFC 6455, section 5.2: "If 127, the following 8 bytes interpreted as a
// 64-bit unsigned integer (the most significant bit MUST be 0) are the payload
// length."
func parseLength64(p []byte) (length int64, n int, err error) {
	if len(p) > 0 && p[0]&0x80 != 0 {
		return 0, 0, violation("5.2", "64-bit payload length with the most significant bit set")
	}
	if len(p) >= 6 && p[0]|p[1]|p[2]|p[3]|p[4]|p[5] == 0 {
		return 0, 0, violation("5.2", "payload length below 65536 encoded in 64 bits")
	}
	if len(p) < 8 {
		return 0, 0, nil
	}
	return int64(binary.BigEndian.Uint64(p)), 10, nil
}

func errNotMinimal(length int64, bits int) error {
	return violation("5.2", "payload length "+strconv.FormatInt(length, 10)+
		" encoded in "+strconv.Itoa(bits)+" bits")
}

// checkOpcode checks what the first byte of a header decides alone.
//
// RFC 6455, section 5.2: "If an unknown opcode is received, the receiving
// endpoint MUST _Fail the WebSocket Connection_." Section 5.5: "All control
// frames MUST have a payload length of 125 bytes or less and MUST NOT be
// fragmented."
func (h *Header) checkOpcode() error {
	if h.Opcode.isReserved() || h.Opcode.IsControl() && !h.Fin {
		return errOpcode(h)
	}
	return nil
}

func errOpcode(h *Header) error {
	if h.Opcode.isReserved() {
		return violation("5.2", "reserved opcode "+strconv.Itoa(int(h.Opcode)))
	}
	return violation("5.5", "fragmented "+h.Opcode.String()+" frame")
}

func errControlLength(h *Header) error {
	return violation("5.5", h.Opcode.String()+" frame with a payload over 125 bytes")
}
