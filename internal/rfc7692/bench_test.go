package rfc7692

import (
	"bytes"
	stdflate "compress/flate"
	"fmt"
	"testing"

	"github.com/klauspost/compress/flate"
)

// The choice of compressor, for messages that take the context over. "kept"
// keeps one for the connection; "dictionary" takes one from a pool and tells it
// the last bytes of the messages before. B/message is what is sent.
func BenchmarkDeflate(b *testing.B) {
	for _, corpus := range []struct {
		name     string
		messages [][]byte
	}{
		{"JSON of 100 B", feed(2000, 100)},
		{"JSON of 1 KiB", feed(500, 1024)},
		{"JSON of 16 KiB", feed(50, 16384)},
		{"prose of 1 KiB", pieces(prose(500<<10), 1024)},
		{"random 16 KiB", pieces(random(50<<14, 1), 1<<14)},
	} {
		for _, c := range compressors() {
			b.Run(corpus.name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				compress, sent, n := c.start(), 0, 0
				for b.Loop() {
					sent += len(compress(corpus.messages[n%len(corpus.messages)]))
					n++
				}
				b.ReportMetric(float64(sent)/float64(n), "B/message")
			})
		}
	}
}

func pieces(p []byte, size int) (list [][]byte) {
	for ; len(p) >= size; p = p[size:] {
		list = append(list, p[:size])
	}
	return list
}

type compressor struct {
	name  string
	start func() func(message []byte) []byte
}

func compressors() []compressor {
	list := []compressor{{"ours", ours(false)}, {"ours, each message for itself", ours(true)}}
	for _, level := range []int{1, 3, 5, 6, 7, 9} {
		list = append(list, compressor{fmt.Sprintf("klauspost %d, kept", level), kept(level)})
	}
	for _, level := range []int{1, 5, 7} {
		for _, size := range []int{4 << 10, 32 << 10} {
			list = append(list, compressor{fmt.Sprintf("klauspost %d, dictionary of %d KiB", level, size>>10), dictionary(level, size)})
		}
	}
	list = append(list, compressor{"klauspost stateless, dictionary of 8 KiB", stateless})
	for _, level := range []int{1, 3, 6} {
		list = append(list, compressor{fmt.Sprintf("compress/flate %d, kept", level), func() func([]byte) []byte {
			var buf bytes.Buffer
			w, _ := stdflate.NewWriter(&buf, level) // fails for other levels only
			return flushed(&buf, w)
		}})
	}
	return list
}

func ours(noContextTakeover bool) func() func([]byte) []byte {
	return func() func([]byte) []byte {
		d, dst := NewDeflater(noContextTakeover, 0), []byte(nil)
		return func(message []byte) []byte {
			dst, _ = d.Deflate(dst[:0], message)
			return dst
		}
	}
}

func kept(level int) func() func([]byte) []byte {
	return func() func([]byte) []byte {
		var buf bytes.Buffer
		w, _ := flate.NewWriter(&buf, level) // fails for other levels only
		return flushed(&buf, w)
	}
}

func flushed(buf *bytes.Buffer, w interface {
	Write([]byte) (int, error)
	Flush() error
}) func([]byte) []byte {
	return func(message []byte) []byte {
		buf.Reset()
		_, _ = w.Write(message) // a bytes.Buffer takes everything
		_ = w.Flush()
		return buf.Bytes()[:buf.Len()-len(tail)]
	}
}

func dictionary(level, size int) func() func([]byte) []byte {
	return func() func([]byte) []byte {
		var buf bytes.Buffer
		w, _ := flate.NewWriter(&buf, level) // fails for other levels only
		compress, h := flushed(&buf, w), history{window: size}
		dict := make([]byte, size)
		return func(message []byte) []byte {
			h.copyTo(dict[:h.size()], h.size())
			w.ResetDict(&buf, dict[:h.size()])
			h.add(message)
			return compress(message)
		}
	}
}

func stateless() func([]byte) []byte {
	var buf bytes.Buffer
	h, dict := history{window: 8 << 10}, make([]byte, 8<<10)
	return func(message []byte) []byte {
		buf.Reset()
		h.copyTo(dict[:h.size()], h.size())
		_ = flate.StatelessDeflate(&buf, message, false, dict[:h.size()])
		h.add(message)
		return buf.Bytes()[:buf.Len()-len(tail)]
	}
}

func BenchmarkInflate(b *testing.B) {
	for _, size := range []int{100, 1024, 16384} {
		messages := feed(256, size)
		for _, noContextTakeover := range []bool{false, true} {
			b.Run(fmt.Sprintf("JSON of %d B, alone %v", size, noContextTakeover), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(size))
				d, f := NewDeflater(noContextTakeover, 0), NewInflater(noContextTakeover, 0)
				var payloads [][]byte
				for _, m := range messages {
					p, _ := d.Deflate(nil, m)
					payloads = append(payloads, p)
				}
				var out []byte
				for n := 0; b.Loop(); n++ {
					if n%len(payloads) == 0 {
						f.history.drop()
					}
					var err error
					if out, err = f.Inflate(out[:0], payloads[n%len(payloads)], 1<<20); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
