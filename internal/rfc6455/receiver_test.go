package rfc6455

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start is a frame of the given opcode and length, with FIN.
func start(op Opcode, length int64) Header { return Header{Fin: true, Opcode: op, Length: length} }

// part is start without FIN.
func part(op Opcode, length int64) Header { return Header{Opcode: op, Length: length} }

// frames gives headers to r, each with a payload of zeros, and returns the
// first error.
func frames(r *Receiver, headers ...Header) error {
	for _, h := range headers {
		if err := r.Frame(h); err != nil {
			return err
		}
		if err := r.Payload(make([]byte, h.Length)); err != nil {
			return err
		}
	}
	return nil
}

func requireViolation(t testing.TB, err error, code uint16, section string) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, code, e.Code, err)
	require.Equal(t, section, e.Section, err)
}

// Section 5.1: "The server MUST close the connection upon receiving a frame
// that is not masked." "A client MUST close a connection if it detects a
// masked frame."
func TestReceiverMasking(t *testing.T) {
	for _, op := range []Opcode{OpText, OpBinary, OpClose, OpPing, OpPong} {
		masked := Header{Fin: true, Opcode: op, Masked: true}
		requireViolation(t, (&Receiver{Role: Client}).Frame(masked), 1002, "5.1")
		requireViolation(t, (&Receiver{Role: Server}).Frame(start(op, 0)), 1002, "5.1")
		assert.NoError(t, (&Receiver{Role: Server}).Frame(masked))
		assert.NoError(t, (&Receiver{Role: Client}).Frame(start(op, 0)))
	}
}

// Section 6.2: "A server MUST remove masking for data frames received from a
// client as described in Section 5.3."
func TestReceiverUnmasksInPlace(t *testing.T) {
	r := Receiver{Role: Server}
	for range 2 {
		require.NoError(t, r.Frame(Header{Fin: true, Opcode: OpText, Masked: true, MaskKey: key, Length: 5}))
		p := unhex(t, "7f9f4d5158")
		require.NoError(t, r.Payload(p[:1]))
		require.NoError(t, r.Payload(p[1:3]))
		require.NoError(t, r.Payload(p[3:]))
		assert.Equal(t, "Hello", string(p), "each frame begins at the start of its key")
	}
}

// Section 5.2, of the reserved bits: "MUST be 0 unless an extension is
// negotiated that defines meanings for non-zero values." RFC 7692, section 6.1,
// defines RSV1 for the first frame of a message alone.
func TestReceiverReservedBits(t *testing.T) {
	continuation := Header{Fin: true, RSV1: true, Opcode: OpContinuation}
	for _, deflate := range []bool{false, true} {
		for _, op := range []Opcode{OpText, OpBinary, OpClose, OpPing, OpPong} {
			for bits := range 8 {
				r := Receiver{Deflate: deflate}
				err := r.Frame(Header{Fin: true, Opcode: op, RSV1: bits&4 != 0, RSV2: bits&2 != 0, RSV3: bits&1 != 0})
				if bits == 0 || bits == 4 && deflate && !op.IsControl() {
					require.NoError(t, err)
					_, compressed := r.Message()
					require.Equal(t, bits == 4, compressed)
					continue
				}
				requireViolation(t, err, 1002, "5.2")
			}
		}
		r := Receiver{Deflate: deflate}
		requireViolation(t, frames(&r, part(OpText, 1), continuation), 1002, "5.2")
	}
}

func TestReceiverReservedOpcodes(t *testing.T) {
	for op := range Opcode(32) {
		err := (&Receiver{}).Frame(start(op, 0))
		switch op {
		case OpText, OpBinary, OpClose, OpPing, OpPong:
			assert.NoError(t, err)
		case OpContinuation:
			requireViolation(t, err, 1002, "5.4")
		default:
			requireViolation(t, err, 1002, "5.2")
		}
	}
}

// Section 5.5: "All control frames MUST have a payload length of 125 bytes or
// less and MUST NOT be fragmented." The Receiver checks even though ParseHeader
// has: a Header can be made by hand.
func TestReceiverControlFrames(t *testing.T) {
	for _, op := range []Opcode{OpClose, OpPing, OpPong} {
		assert.NoError(t, (&Receiver{}).Frame(start(op, 125)))
		requireViolation(t, (&Receiver{}).Frame(start(op, 126)), 1002, "5.5")
		requireViolation(t, (&Receiver{}).Frame(start(op, -1)), 1002, "5.5")
		requireViolation(t, (&Receiver{}).Frame(part(op, 0)), 1002, "5.5")
	}
}

// Section 5.4: "The fragments of one message MUST NOT be interleaved between
// the fragments of another message".
func TestReceiverFragmentation(t *testing.T) {
	for _, tt := range []struct {
		name    string
		headers []Header
		section string
	}{
		{"continuation with nothing to continue", []Header{start(OpContinuation, 0)}, "5.4"},
		{"unfinished continuation with nothing to continue", []Header{part(OpContinuation, 0)}, "5.4"},
		{"continuation after a whole message", []Header{start(OpText, 1), start(OpContinuation, 1)}, "5.4"},
		{"continuation after the last fragment", []Header{part(OpText, 1), start(OpContinuation, 1), start(OpContinuation, 1)}, "5.4"},
		{"continuation after a ping", []Header{start(OpPing, 1), start(OpContinuation, 1)}, "5.4"},
		{"text inside text", []Header{part(OpText, 1), start(OpText, 1)}, "5.4"},
		{"binary inside text", []Header{part(OpText, 1), part(OpBinary, 1)}, "5.4"},
		{"text inside binary, after a ping", []Header{part(OpBinary, 1), start(OpPing, 1), start(OpText, 1)}, "5.4"},
		{"two fragments", []Header{part(OpText, 1), start(OpContinuation, 1)}, ""},
		{"empty fragments", []Header{part(OpText, 0), part(OpContinuation, 0), start(OpContinuation, 0)}, ""},
		{"a ping between", []Header{part(OpText, 1), start(OpPing, 1), start(OpContinuation, 1)}, ""},
		{"two messages", []Header{part(OpText, 1), start(OpContinuation, 1), start(OpBinary, 0)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := frames(&Receiver{}, tt.headers...)
			if tt.section == "" {
				require.NoError(t, err)
				return
			}
			requireViolation(t, err, 1002, tt.section)
		})
	}
}

// Section 5.5.1: "The application MUST NOT send any more data frames after
// sending a Close frame."
func TestReceiverAfterClose(t *testing.T) {
	for _, op := range []Opcode{OpText, OpBinary, OpContinuation, OpClose, OpPing, OpPong} {
		r := Receiver{}
		require.NoError(t, frames(&r, part(OpText, 1), start(OpClose, 2)))
		requireViolation(t, r.Frame(start(op, 0)), 1002, "5.5.1")
	}
}

// Section 10.4: "Implementations that have implementation- and/or
// platform-specific limitations regarding the frame size or total message size
// after reassembly from multiple frames MUST protect themselves against
// exceeding those limits."
func TestReceiverMessageSize(t *testing.T) {
	for _, tt := range []struct {
		name    string
		limit   int64
		headers []Header
		size    int64 // seen, 0 if the message is within the limit
	}{
		{"exactly the limit", 10, []Header{start(OpBinary, 10)}, 0},
		{"one byte over", 10, []Header{start(OpBinary, 11)}, 11},
		{"the largest length", 10, []Header{start(OpBinary, math.MaxInt64)}, math.MaxInt64},
		{"exactly the limit in fragments", 10, []Header{part(OpBinary, 4), part(OpContinuation, 6), start(OpContinuation, 0)}, 0},
		{"over in the last fragment", 10, []Header{part(OpBinary, 4), part(OpContinuation, 6), start(OpContinuation, 1)}, 11},
		{"the largest length in a fragment", 10, []Header{part(OpBinary, 10), start(OpContinuation, math.MaxInt64)}, math.MaxInt64},
		{"a sum beyond 63 bits without a limit", 0, []Header{part(OpBinary, 1), start(OpContinuation, math.MaxInt64)}, math.MaxInt64},
		{"control frames do not count", 10, []Header{part(OpBinary, 5), start(OpPing, 125), start(OpContinuation, 5)}, 0},
		{"each message anew", 10, []Header{start(OpBinary, 10), start(OpText, 10), part(OpText, 10)}, 0},
		{"negative: no limit", -1, []Header{start(OpBinary, 1<<16)}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Receiver{MaxMessageSize: tt.limit}
			err := frames(&r, tt.headers...)
			if tt.size == 0 {
				require.NoError(t, err)
				return
			}
			var e *TooBigError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, r.maxSize(&Header{}), e.Limit)
			assert.Equal(t, tt.size, e.Size)
			assert.Zero(t, r.Remaining(), "nothing of the frame is to be read")
		})
	}
}

// RFC 7692 compresses a message as a whole, and what has no patterns grows by
// it: the limit on the wire may be another than that of the message.
func TestReceiverCompressedMessageSize(t *testing.T) {
	packed := func(h Header) Header { h.RSV1 = true; return h }
	for _, tt := range []struct {
		name    string
		limit   int64
		headers []Header
		size    int64 // seen, 0 if the message is within the limit
	}{
		{"up to its own limit", 20, []Header{packed(start(OpBinary, 20))}, 0},
		{"over it", 20, []Header{packed(start(OpBinary, 21))}, 21},
		{"over it in fragments", 20, []Header{packed(part(OpBinary, 15)), start(OpContinuation, 6)}, 21},
		{"within it in fragments", 20, []Header{packed(part(OpBinary, 15)), start(OpContinuation, 5)}, 0},
		{"not compressed, over the other limit", 20, []Header{start(OpBinary, 11)}, 11},
		{"not compressed, after a compressed one", 20, []Header{packed(start(OpBinary, 20)), part(OpBinary, 5), start(OpContinuation, 6)}, 11},
		{"no limit of its own: that of all messages", 0, []Header{packed(start(OpBinary, 11))}, 11},
		{"no limit", -1, []Header{packed(start(OpBinary, 1<<16))}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Receiver{Deflate: true, MaxMessageSize: 10, MaxCompressedSize: tt.limit}
			err := frames(&r, tt.headers...)
			if tt.size == 0 {
				require.NoError(t, err)
				return
			}
			var e *TooBigError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.size, e.Size)
		})
	}
}

func TestReceiverFragmentCount(t *testing.T) {
	for _, tt := range []struct{ limit, sent, allowed int }{
		{0, DefaultMaxFragments + 1, DefaultMaxFragments},
		{1, 2, 1}, {3, 4, 3}, {-1, 100_000, 100_000},
	} {
		r := Receiver{MaxFragments: tt.limit}
		require.NoError(t, r.Frame(part(OpText, 0)))
		accepted, err := 1, error(nil)
		for ; accepted < tt.sent && err == nil; accepted++ {
			require.NoError(t, r.Frame(start(OpPong, 0)), "control frames do not count")
			if err = r.Frame(part(OpContinuation, 0)); err != nil {
				break
			}
		}
		assert.Equal(t, tt.allowed, accepted)
		if tt.allowed < tt.sent {
			var e *TooManyFragmentsError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, tt.allowed, e.Limit)
			requireViolation(t, err, 1008, "10.4")
		}
	}
}

func TestReceiverFragmentCountBeginsAnew(t *testing.T) {
	r := Receiver{MaxFragments: 2}
	for range 5 {
		require.NoError(t, frames(&r, part(OpText, 1), start(OpContinuation, 1)))
	}
}

// Section 5.6: "Note that a particular text frame might include a partial
// UTF-8 sequence; however, the whole message MUST contain valid UTF-8."
func TestReceiverText(t *testing.T) {
	r := Receiver{}
	require.NoError(t, r.Frame(part(OpText, 1)))
	require.NoError(t, r.Payload([]byte("\xe2")))
	require.NoError(t, frames(&r, start(OpPing, 3)), "a ping may stand inside a character")
	require.NoError(t, r.Frame(part(OpContinuation, 0)))
	require.NoError(t, r.Frame(start(OpContinuation, 2)))
	require.NoError(t, r.Payload([]byte("\x82")))
	require.NoError(t, r.Payload([]byte("\xac")))
	assert.True(t, r.MessageDone())
}

func TestReceiverTextThatEndsInsideACharacter(t *testing.T) {
	r := Receiver{}
	require.NoError(t, r.Frame(start(OpText, 1)))
	requireViolation(t, r.Payload([]byte("\xe2")), 1007, "8.1")

	r = Receiver{}
	require.NoError(t, r.Frame(part(OpText, 1)))
	require.NoError(t, r.Payload([]byte("\xe2")))
	requireViolation(t, r.Frame(start(OpContinuation, 0)), 1007, "8.1")
}

func TestReceiverDoesNotValidateWhatIsNotText(t *testing.T) {
	bad := []byte("\xff\xff")
	for name, h := range map[string]Header{
		"binary":          start(OpBinary, 2),
		"ping":            start(OpPing, 2),
		"compressed text": {Fin: true, RSV1: true, Opcode: OpText, Length: 2},
	} {
		r := Receiver{Deflate: true}
		require.NoError(t, r.Frame(h), name)
		assert.NoError(t, r.Payload(bad), name)
	}
}

// What a transport asks between calls.
func TestReceiverState(t *testing.T) {
	r := Receiver{Deflate: true}
	state := func() [4]any {
		op, compressed := r.Message()
		return [4]any{op, compressed, r.Remaining(), r.MessageDone()}
	}
	assert.Equal(t, [4]any{OpContinuation, false, int64(0), false}, state(), "before the first frame")
	require.NoError(t, r.Frame(Header{RSV1: true, Opcode: OpText, Length: 3}))
	assert.Equal(t, [4]any{OpText, true, int64(3), false}, state())
	require.NoError(t, r.Payload([]byte("ab")))
	assert.Equal(t, [4]any{OpText, true, int64(1), false}, state())
	require.NoError(t, r.Payload([]byte("c")))
	assert.Equal(t, [4]any{OpText, true, int64(0), false}, state(), "without FIN a message is not done")
	require.NoError(t, r.Frame(start(OpPing, 0)))
	assert.Equal(t, [4]any{OpText, true, int64(0), false}, state(), "a ping does not complete it")
	require.NoError(t, r.Frame(start(OpContinuation, 1)))
	assert.Equal(t, [4]any{OpText, true, int64(1), false}, state())
	require.NoError(t, r.Payload([]byte("d")))
	assert.Equal(t, [4]any{OpText, true, int64(0), true}, state())
	require.NoError(t, r.Frame(start(OpPong, 0)))
	assert.Equal(t, [4]any{OpText, true, int64(0), false}, state(), "done is said once, not after the next frame")
	require.NoError(t, r.Frame(start(OpBinary, 0)))
	assert.Equal(t, [4]any{OpBinary, false, int64(0), true}, state(), "an empty message is done at once")
}

// Next is ParseHeader and Frame: the same sizes, the same state, the same
// errors.
func TestReceiverNext(t *testing.T) {
	for _, tt := range headers {
		wire := unhex(t, tt.wire)
		h, n, err := ParseHeader(wire)
		require.NoError(t, err)
		a, b := Receiver{Deflate: true}, Receiver{Deflate: true}
		wantErr := a.Frame(h)
		for i := range n {
			got, err := b.Next(wire[:i])
			require.NoError(t, err)
			require.Zero(t, got)
			require.False(t, b.MessageDone())
		}
		got, err := b.Next(wire)
		require.Equal(t, wantErr, err, tt.name)
		require.Equal(t, a, b, tt.name)
		if err != nil {
			require.Zero(t, got)
			continue
		}
		require.Equal(t, n, got)
		require.Equal(t, &h, b.Header())
	}
}

// A header of which only a part has arrived changes nothing that a transport
// sees of the message before it.
func TestReceiverNextKeepsTheMessageUntilItAccepts(t *testing.T) {
	r := Receiver{}
	require.NoError(t, frames(&r, start(OpText, 1)))
	n, err := r.Next([]byte{0x09 | 0x80})
	require.True(t, n == 0 && err == nil)
	assert.NoError(t, r.Payload(nil))
	assert.True(t, r.MessageDone())
	op, _ := r.Message()
	assert.Equal(t, OpText, op)
	_, err = r.Next([]byte{0x0b | 0x80})
	requireViolation(t, err, 1002, "5.2")
	_, again := r.Next([]byte{0x81, 0})
	assert.Same(t, err, again)
}

func TestReceiverErrorsAreFinal(t *testing.T) {
	r := Receiver{}
	first := r.Frame(start(OpContinuation, 0))
	require.Error(t, first)
	assert.Same(t, first, r.Frame(start(OpText, 0)))
	assert.Same(t, first, r.Payload(nil))
}

func TestReceiverOrder(t *testing.T) {
	r := Receiver{}
	assert.ErrorIs(t, r.Payload([]byte("a")), ErrOrder, "payload without a frame")
	require.NoError(t, r.Frame(start(OpText, 2)))
	assert.ErrorIs(t, r.Frame(start(OpText, 2)), ErrOrder, "frame before the payload")
	assert.ErrorIs(t, r.Payload([]byte("abc")), ErrOrder, "payload of the next frame")
	assert.NoError(t, r.Payload([]byte("ab")), "the caller's mistake breaks nothing")
	assert.False(t, errors.As(ErrOrder, new(*Error)), "the peer is not to blame")
}

func TestReceiverRefusesNegativeLength(t *testing.T) {
	requireViolation(t, (&Receiver{}).Frame(start(OpText, -1)), 1002, "5.2")
	requireViolation(t, (&Receiver{}).Frame(start(OpText, math.MinInt64)), 1002, "5.2")
}

func TestReceiverAllocatesNothing(t *testing.T) {
	r := Receiver{Role: Server, MaxMessageSize: 1 << 20}
	p, q, wire := make([]byte, 1000), make([]byte, 5), unhex(t, "82 85 37fa213d")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		h := Header{Fin: true, Opcode: OpText, Masked: true, Length: 1000}
		if r.Frame(h) != nil || r.Payload(p[:333]) != nil || r.Payload(p[333:]) != nil || !r.MessageDone() {
			panic("message refused")
		}
		if n, err := r.Next(wire); n != len(wire) || err != nil || r.Payload(q) != nil {
			panic("message refused")
		}
	}))
}

// A refused frame costs no more than its error, whatever length it announces.
func TestReceiverAllocatesNothingForWhatItRefuses(t *testing.T) {
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		r := Receiver{MaxMessageSize: 1 << 20}
		if r.Frame(start(OpBinary, math.MaxInt64)) == nil {
			panic("message accepted")
		}
	}), 1.0)
}

func BenchmarkReceiver(b *testing.B) {
	for _, op := range []Opcode{OpText, OpBinary} {
		r := Receiver{MaxMessageSize: 1 << 20}
		wire := AppendHeader(nil, start(op, 32))
		p := make([]byte, 32)
		b.Run(op.String()+"/32/Frame", func(b *testing.B) {
			for b.Loop() {
				h, _, _ := ParseHeader(wire)
				if r.Frame(h) != nil || r.Payload(p) != nil || !r.MessageDone() {
					b.Fatal("message refused")
				}
			}
		})
		b.Run(op.String()+"/32/Next", func(b *testing.B) {
			for b.Loop() {
				if n, _ := r.Next(wire); n == 0 || r.Payload(p) != nil || !r.MessageDone() {
					b.Fatal("message refused")
				}
			}
		})
	}
}
