package rfc7692

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// field is a number and its width in bits. RFC 1951, section 3.1.1, has numbers
// begin with their lowest bit; codes, which begin with their highest, are
// written here as they come.
type field struct{ value, width int }

func pack(fields ...field) []byte {
	var w bitWriter
	for _, f := range fields {
		w.reserve(f.width)
		w.put(uint64(f.value), uint(f.width))
	}
	w.align()
	return w.out
}

// dynamic begins a dynamic block whose code of code lengths has these lengths,
// in the order in which they are sent: 16, 17, 18, 0, 8 …
func dynamic(literals, distances int, codeLens ...int) []field {
	fields := []field{{0, 1}, {dynamicBlock, 2}, {literals - 257, 5}, {distances - 1, 5}, {len(codeLens) - 4, 4}}
	for _, n := range codeLens {
		fields = append(fields, field{n, 3})
	}
	return fields
}

// RFC 1951, sections 3.2.5 to 3.2.7. The tail, 16 zeros and 16 ones, follows.
func TestCorruptBlocks(t *testing.T) {
	for name, test := range map[string]struct {
		payload []byte
		msg     string
	}{
		"distance 30": {
			pack([]field{{0, 1}, {fixedBlock, 2}, {0b1000000, 7}, {0b01111, 5}}...), "bits that are no distance"},
		"distance 31": {
			pack([]field{{0, 1}, {fixedBlock, 2}, {0b1000000, 7}, {0b11111, 5}}...), "bits that are no distance"},
		"the first length repeats the one before": {
			pack(append(dynamic(257, 1, 1, 1, 0, 0), field{0, 1})...), "nothing to repeat"},
		"a run of lengths beyond their number": {
			pack(append(dynamic(257, 1, 0, 1, 1, 0), field{1, 1}, field{127, 7}, field{1, 1}, field{127, 7})...), "too many lengths"},
		"a code of one symbol, and another bit": {
			pack(append(dynamic(257, 1, 0, 0, 1, 0), field{1, 1})...), "bits that are no symbol"},
		"no code of code lengths": {
			pack(dynamic(257, 1, 0, 0, 0, 0)...), "bits that are no symbol"},
		"the end between the lengths": {
			pack(dynamic(286, 30, 0, 1, 1, 0)...), "unexpected end"},
		"no symbol at all": {
			pack(append(dynamic(257, 1, 0, 0, 1, 0), field{0, 1}, field{127, 7}, field{0, 1}, field{109, 7})...), "bits that are no symbol"},
		"literals oversubscribed": { // 0 is 18, 10 is 1, 11 is 16: three lengths of one
			pack(append(dynamic(257, 1, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2),
				field{0b01, 2}, field{0b01, 2}, field{0b01, 2}, field{0, 1}, field{127, 7}, field{0, 1}, field{106, 7})...),
			"lengths that make no code"},
		"one bit after the last block": {
			endsInTheTail(), "unexpected end"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewInflater(false, 0).Inflate(nil, test.payload, 0)
			var corrupt *CorruptError
			require.ErrorAs(t, err, &corrupt)
			assert.Equal(t, test.msg, corrupt.Msg)
			_, err = (&oracle{window: 1 << 15}).message(test.payload)
			assert.Error(t, err, "the oracle")
		})
	}
}

// endsInTheTail is a block whose literal 0 has the code 0, and whose end has 15
// ones: it takes all of the tail but for one bit.
func endsInTheTail() []byte {
	literals, distances := make([]uint8, numLiterals), make([]uint8, numDistances)
	for i := range 14 {
		literals[i] = uint8(i + 1)
	}
	literals[14], literals[endOfBlock] = 15, 15
	var w bitWriter
	w.reserve(1000)
	w.put(dynamicBlock<<1, 3)
	var h header
	h.build(new(huffman), literals, distances)
	h.write(&w)
	w.align() // more literals 0
	return w.out
}

// A code of a single symbol, one bit that is zero, as other compressors write
// it where there is only one distance.
func TestOneDistance(t *testing.T) {
	literals, distances := make([]uint8, numLiterals), make([]uint8, numDistances)
	literals['a'], literals[endOfBlock], literals[firstLength] = 1, 2, 2
	distances[0] = 1
	var w bitWriter
	w.reserve(1000)
	w.put(dynamicBlock<<1, 3)
	var h header
	h.build(new(huffman), literals, distances)
	h.write(&w)
	w.put(0b0, 1)  // a
	w.put(0b11, 2) // a length of three
	w.put(0b0, 1)  // from one byte ago
	w.put(0b01, 2) // the end of the block
	w.put(storedBlock, 3)
	w.align()
	got, err := NewInflater(false, 0).Inflate(nil, w.out, 0)
	require.NoError(t, err)
	assert.Equal(t, "aaaa", string(got))
}
