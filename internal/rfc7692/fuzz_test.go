package rfc7692

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

// FuzzInflate gives any bytes, as two messages of one connection, to Inflater
// and to the oracle: they agree on what is corrupt and on what the rest means,
// and so does compress/flate on what is not.
func FuzzInflate(f *testing.F) {
	f.Add([]byte("\xf2\x48\xcd\xc9\xc9\x07\x00"), []byte("\xf2\x00\x11\x00\x00"), uint16(5), uint8(15))
	f.Add([]byte("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), []byte("\x00"), uint16(0), uint8(8))
	f.Add([]byte("\x00\x05\x00\xfa\xffHello\x00"), []byte("\x00\x04\x00\xfb\xff"), uint16(4), uint8(9))
	for _, level := range []int{-2, 1, 6} {
		d := newStdDeflater(level)
		f.Add(d.message(prose(700)), d.message(prose(300)), uint16(1000), uint8(15))
	}
	d := NewDeflater(false, 8)
	first, _ := d.Deflate(nil, feed(1, 800)[0])
	second, _ := d.Deflate(nil, prose(500))
	f.Add(first, second, uint16(400), uint8(8))
	f.Fuzz(func(t *testing.T, first, second []byte, limit uint16, bits uint8) {
		i := NewInflater(false, int(bits))
		o := &oracle{window: i.history.window}
		for _, payload := range [][]byte{first, second} {
			history := bytes.Clone(o.out)
			want, bad := o.message(payload)
			got, err := i.Inflate(nil, payload, int64(limit))
			var big *TooBigError
			var corrupt *CorruptError
			switch {
			case errors.As(err, &big):
				// The limit may be reached before what is corrupt.
				if len(o.out)-len(history) <= int(limit) || big.Size <= big.Limit || limit == 0 {
					t.Fatalf("%d bytes are not too big: %v", len(want), err)
				}
				return
			case errors.As(err, &corrupt):
				if bad == nil || corrupt.Offset > len(payload) {
					t.Fatalf("the oracle understands %x: %v", payload, err)
				}
				return
			case err != nil || bad != nil || !bytes.Equal(got, want):
				t.Fatalf("%x is %x, %v, but %x, %v to the oracle", payload, got, err, want, bad)
			}
			std, err := stdInflate(payload, history)
			if err != nil || !bytes.Equal(std, want) {
				t.Fatalf("%x is %x, but %x, %v to compress/flate", payload, want, std, err)
			}
		}
	})
}

// FuzzParts gives any bytes, as two messages of one connection that are cut
// anywhere, to Inflater: the parts come to what the whole does, and each of them
// to all that the oracle can tell from what has arrived.
func FuzzParts(f *testing.F) {
	for i, p := range payloads() {
		f.Add(p, payloads()[i], uint16(100*i), uint8(i), []byte{byte(i), 1, 0, 40})
	}
	f.Add([]byte("\x00\x05\x00\xfa\xffHello\x06"), []byte{}, uint16(3), uint8(9), []byte{})
	f.Fuzz(func(t *testing.T, first, second []byte, limit uint16, bits uint8, sizes []byte) {
		whole, parts := NewInflater(false, int(bits)), NewInflater(false, int(bits))
		o := &oracle{window: whole.history.window}
		for _, payload := range [][]byte{first, second} {
			want, wantErr := whole.Part(nil, payload, int64(limit), true)
			got, err := inParts(parts, payload, int64(limit), sizes)
			if !bytes.Equal(got, want) || fmt.Sprint(wantErr) != fmt.Sprint(err) {
				t.Fatalf("%x is %x, %v, but %x, %v in parts of %v", payload, want, wantErr, got, err, sizes)
			}
			if wantErr != nil {
				return
			}
			cut := min(int(limit), len(payload))
			begun := NewInflater(false, int(bits))
			begun.history.add(o.out)
			told, _ := begun.Part(nil, payload[:cut], 0, false)
			if want := o.prefix(payload[:cut]); !bytes.Equal(told, want) {
				t.Fatalf("%x tells %x, but %x to the oracle", payload[:cut], told, want)
			}
			if _, err := o.message(payload); err != nil {
				t.Fatalf("the oracle objects to %x", payload)
			}
		}
	})
}

// FuzzRoundTrip sends two messages, the second of which may repeat the first,
// to Inflater, to the oracle, which enforces the window, and to compress/flate.
func FuzzRoundTrip(f *testing.F) {
	f.Add([]byte("Hello"), []byte("Hello"), uint8(15), uint16(1), false)
	f.Add([]byte(""), []byte("a"), uint8(8), uint16(3000), true)
	f.Add(prose(400), random(30, 1), uint8(9), uint16(50), false)
	f.Add(feed(1, 400)[0], feed(2, 400)[1], uint8(12), uint16(2), false)
	f.Fuzz(func(t *testing.T, first, second []byte, bits uint8, times uint16, alone bool) {
		window := MinWindowBits + int(bits%8)
		d, i := NewDeflater(alone, window), NewInflater(alone, window)
		o := &oracle{window: 1 << window}
		first, second = first[:min(len(first), 2000)], second[:min(len(second), 2000)] // the oracle is slow
		repeated := bytes.Repeat(first, min(int(times), 3000/max(1, len(first))))
		for _, want := range [][]byte{first, second, repeated, append(bytes.Clone(second), first...)} {
			if alone {
				o.out = nil
			}
			payload, err := d.Deflate(nil, want)
			if err != nil || len(payload) > len(want)+5*(len(want)/partSize+1)+1 {
				t.Fatalf("%d bytes become %d: %v", len(want), len(payload), err)
			}
			got, err := i.Inflate(nil, payload, int64(len(want)))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%x becomes %x, which is %x, %v", want, payload, got, err)
			}
			std, err := stdInflate(payload, bytes.Clone(o.out))
			if err != nil || !bytes.Equal(std, want) {
				t.Fatalf("%x is %x, %v to compress/flate", payload, std, err)
			}
			if got, err = o.message(payload); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%x is %x, %v to the oracle", payload, got, err)
			}
		}
	})
}

// FuzzOthers compresses by compress/flate, at any level, what Inflater is to
// understand.
func FuzzOthers(f *testing.F) {
	f.Add([]byte("Hello"), []byte("Hello"), uint8(6))
	f.Add(prose(400), prose(900), uint8(1))
	f.Add(random(40, 1), random(90, 1), uint8(0))
	f.Fuzz(func(t *testing.T, first, second []byte, level uint8) {
		d, i := newStdDeflater(int(level%12)-2), NewInflater(false, 0)
		for _, want := range [][]byte{first, second, first} {
			payload := d.message(want)
			got, err := i.Inflate(nil, payload, int64(len(want)))
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("level %d: %x becomes %x, which is %x, %v", int(level%12)-2, want, payload, got, err)
			}
		}
	})
}
