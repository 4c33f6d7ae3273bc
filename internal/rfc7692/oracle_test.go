package rfc7692

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"sync"
)

// oracle is a second inflater, slow and simple: it reads bit by bit, and keeps
// everything that it has ever written. What it knows it knows from RFC 1951
// alone; it shares no code and no table with the package.
type oracle struct {
	out      []byte // of all messages
	window   int
	farthest int // the greatest distance seen

	in  []byte
	bit int // position in in
	end int // of the message in in, where the tail begins
}

var errOracle = errors.New("the oracle objects")

// message inflates one more message. It panics with errOracle inside.
func (o *oracle) message(payload []byte) (out []byte, err error) {
	defer func() {
		if e := recover(); e != nil {
			if e != errOracle {
				panic(e)
			}
			err = errOracle
		}
	}()
	begin := len(o.out)
	o.in, o.bit, o.end = append(bytes.Clone(payload), 0, 0, 0xff, 0xff), 0, 8*len(payload)
	o.blocks()
	return o.out[begin:], nil
}

// prefix inflates the beginning of a message, and leaves the oracle as it was.
func (o *oracle) prefix(payload []byte) (out []byte) {
	p := oracle{window: o.window, out: bytes.Clone(o.out), in: payload}
	defer func() {
		if e := recover(); e != nil && e != errOracle {
			panic(e)
		}
		out = p.out[len(o.out):]
	}()
	p.blocks()
	return nil
}

// blocks inflates all that is in o.in, or all before the tail if a final block
// ends there.
func (o *oracle) blocks() {
	for final := 0; o.bit < 8*len(o.in) && (final == 0 || o.bit != o.end); {
		final = o.bits(1)
		o.block(o.bits(2))
		if final == 1 {
			o.align()
		}
	}
}

func (o *oracle) must(ok bool) {
	if !ok {
		panic(errOracle)
	}
}

func (o *oracle) bits(n int) int {
	v := 0
	for i := range n {
		o.must(o.bit < 8*len(o.in))
		v |= int(o.in[o.bit/8]>>(o.bit%8)&1) << i
		o.bit++
	}
	return v
}

func (o *oracle) align() {
	for o.bit%8 != 0 {
		o.bit++
	}
}

func (o *oracle) block(kind int) {
	switch kind {
	case 0:
		o.align()
		n := o.bits(16)
		o.must(n+o.bits(16) == 0xffff)
		for range n {
			o.out = append(o.out, byte(o.bits(8)))
		}
	case 1:
		o.symbols(oracleFixed())
	case 2:
		o.dynamic()
	default:
		o.must(false)
	}
}

func (o *oracle) dynamic() {
	nlen, ndist, ncode := o.bits(5)+257, o.bits(5)+1, o.bits(4)+4
	o.must(nlen <= 286 && ndist <= 30)
	codeLens := make([]int, 19)
	for _, i := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}[:ncode] {
		codeLens[i] = o.bits(3)
	}
	codes := canonical(codeLens)
	var lens []int
	for len(lens) < nlen+ndist {
		switch s := o.symbol(codes); s {
		case 16:
			o.must(len(lens) > 0)
			for range 3 + o.bits(2) {
				lens = append(lens, lens[len(lens)-1])
			}
		case 17:
			lens = append(lens, make([]int, 3+o.bits(3))...)
		case 18:
			lens = append(lens, make([]int, 11+o.bits(7))...)
		default:
			lens = append(lens, s)
		}
	}
	o.must(len(lens) == nlen+ndist)
	o.symbols(canonical(lens[:nlen]), canonical(lens[nlen:]))
}

// canonical maps codes, with a one in front, to symbols, as RFC 1951, section
// 3.2.2 computes them.
func canonical(lens []int) map[int]int {
	var count, next [17]int
	for _, n := range lens {
		if n > 0 {
			count[n]++
		}
	}
	used, share := 0, 0.0
	for n := 1; n <= 15; n++ {
		next[n] = (next[n-1] + count[n-1]) << 1
		used += count[n]
		share += float64(count[n]) / float64(int(1)<<n)
	}
	if share != 1 && used > 1 || used == 1 && count[1] == 0 {
		panic(errOracle)
	}
	codes := make(map[int]int)
	for symbol, n := range lens {
		if n > 0 {
			codes[1<<n|next[n]] = symbol
			next[n]++
		}
	}
	return codes
}

func (o *oracle) symbol(codes map[int]int) int {
	for code, n := 1, 0; n < 15; n++ {
		code = code<<1 | o.bits(1)
		if s, ok := codes[code]; ok {
			return s
		}
	}
	panic(errOracle)
}

// oracleFixed returns the codes of RFC 1951, section 3.2.6.
var oracleFixed = sync.OnceValues(func() (literals, distances map[int]int) {
	var lens, dists []int
	for _, run := range []struct{ n, bits int }{{144, 8}, {112, 9}, {24, 7}, {8, 8}} {
		for range run.n {
			lens = append(lens, run.bits)
		}
	}
	for range 32 {
		dists = append(dists, 5)
	}
	return canonical(lens), canonical(dists)
})

func (o *oracle) symbols(literals, distances map[int]int) {
	for {
		s := o.symbol(literals)
		switch {
		case s < 256:
			o.out = append(o.out, byte(s))
		case s == 256:
			return
		default:
			o.copy(o.length(s), o.distance(o.symbol(distances)))
		}
	}
}

func (o *oracle) length(s int) int {
	o.must(s <= 285)
	if s == 285 {
		return 258
	}
	n := 3
	for i := 257; i < s; i++ {
		n += 1 << max(0, (i-261)/4)
	}
	return n + o.bits(max(0, (s-261)/4))
}

func (o *oracle) distance(s int) int {
	o.must(s <= 29)
	d := 1
	for i := range s {
		d += 1 << max(0, (i-2)/2)
	}
	return d + o.bits(max(0, (s-2)/2))
}

func (o *oracle) copy(length, distance int) {
	o.must(distance <= o.window && distance <= len(o.out))
	o.farthest = max(o.farthest, distance)
	for range length {
		o.out = append(o.out, o.out[len(o.out)-distance])
	}
}

// stdInflate inflates a message by compress/flate. A second final block behind
// the tail tells a message that ends in order from one that does not, but after
// a final block of the message itself the rest needs a new reader, unless that is
// the end.
func stdInflate(payload, history []byte) (out []byte, err error) {
	in := bytes.NewReader(append(bytes.Clone(payload), 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff))
	for first := true; in.Len() > 0 && err == nil && (first || in.Len() != 9); first = false {
		var p []byte
		p, err = io.ReadAll(flate.NewReaderDict(in, append(bytes.Clone(history), out...)))
		out = append(out, p...)
	}
	return out, err
}

// stdDeflater compresses messages by compress/flate.
type stdDeflater struct {
	buf bytes.Buffer
	w   *flate.Writer
}

func newStdDeflater(level int) *stdDeflater {
	d := new(stdDeflater)
	d.w, _ = flate.NewWriter(&d.buf, level) // fails for other levels only
	return d
}

func (d *stdDeflater) message(p []byte) []byte {
	d.buf.Reset()
	_, _ = d.w.Write(p) // a bytes.Buffer takes everything
	_ = d.w.Flush()
	return bytes.TrimSuffix(bytes.Clone(d.buf.Bytes()), tail[:])
}
