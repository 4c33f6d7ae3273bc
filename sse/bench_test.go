package sse

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
)

// token is an event as services of language models send them, of 250 bytes.
var token = "data: {\"id\":\"chatcmpl-A1B2C3D4E5F6G7H8I9J0\",\"object\":\"chat.completion.chunk\"," +
	strings.Repeat(" ", 170) + "}\n\n"

const tokens = 40_000

func BenchmarkRead(b *testing.B) {
	in := strings.Repeat(token, tokens)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Read(strings.NewReader(in)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tokens), "ns/event")
}

// BenchmarkReceive adds the goroutine that reads, the queue and Receive.
func BenchmarkReceive(b *testing.B) {
	in := []byte(strings.Repeat(token, tokens))
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	for b.Loop() {
		s, err := newStream(ctx, testURLOnly, &Options{OneShot: true})
		if err != nil {
			b.Fatal(err)
		}
		c := &connection{resp: &response{body: io.NopCloser(bytes.NewReader(in))}, unlink: func() bool { return true }}
		c.ctx, c.cancel = context.WithCancelCause(s.ctx)
		s.opened(c)
		go s.run(c)
		for _, err := range s.Events(ctx) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*tokens), "ns/event")
}
