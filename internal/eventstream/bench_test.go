package eventstream

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
)

// The shapes of events by which parsers are compared: a ticker, a token of a
// language model, and a large document.
var shapes = []struct {
	name  string
	event func(n int) string
}{
	{"60B", func(n int) string {
		return "id: " + strconv.Itoa(100000+n) + "\nevent: tick\ndata: {\"price\":12345.67,\"n\":1}\n\n"
	}},
	{"250B", func(int) string {
		return "data: {\"id\":\"chatcmpl-A1B2C3D4E5F6G7H8I9J0\",\"object\":\"chat.completion.chunk\"," +
			"\"created\":1700000000,\"model\":\"model-4-0613\",\"choices\":[{\"index\":0,\"delta\":{\"content\":" +
			"\" hello, world of streams\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
	}},
	{"64KiB", func(n int) string {
		return "id: " + strconv.Itoa(n) + "\ndata: " + strings.Repeat("x", 64<<10) + "\n\n"
	}},
}

// body repeats a shape for about size bytes.
func body(size int, event func(n int) string) []byte {
	var b []byte
	for n := 0; len(b) < size; n++ {
		b = append(b, event(n)...)
	}
	return b
}

// parse feeds body to p in reads of at most step bytes; 0: as many as fit.
func parse(p *Parser, body []byte, step int, each func(*View)) {
	parseInto(new(View), p, body, step, each)
}

func parseInto(v *View, p *Parser, body []byte, step int, each func(*View)) {
	for len(body) > 0 {
		next := body
		if step > 0 {
			next = body[:min(step, len(body))]
		}
		n := copy(p.Space(), next)
		p.Advance(n)
		body = body[n:]
		for p.Next(v) {
			each(v)
		}
	}
}

func BenchmarkParser(b *testing.B) {
	for _, shape := range shapes {
		in := body(8<<20, shape.event)
		b.Run(shape.name+"/view", func(b *testing.B) { benchmark(b, in, 0, func(*View) {}) })
		b.Run(shape.name+"/owned", func(b *testing.B) { benchmark(b, in, 0, owner()) })
		b.Run(shape.name+"/owned/1460B reads", func(b *testing.B) { benchmark(b, in, 1460, owner()) })
	}
	line := []byte("data:" + strings.Repeat("x", 8<<20) + "\n\n")
	b.Run("8MiB line/owned/1460B reads", func(b *testing.B) { benchmark(b, line, 1460, owner()) })
	crlf := bytes.ReplaceAll(body(8<<20, shapes[1].event), []byte("\n"), []byte("\r\n"))
	b.Run("250B CRLF/owned", func(b *testing.B) { benchmark(b, crlf, 0, owner()) })
}

var sink Event

// owner returns a function that makes each event own its memory.
func owner() func(*View) {
	var types Types
	return func(v *View) { sink = types.Own(v) }
}

func benchmark(b *testing.B, in []byte, step int, each func(*View)) {
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	events := 0
	for b.Loop() {
		var p Parser
		parse(&p, in, step, func(v *View) { events++; each(v) })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(events), "ns/event")
}
