package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// segment is how much of a body a read returns where it comes from a network
// in pieces: what an Ethernet frame carries of TCP.
const segment = 1460

// eventStreams are the bodies by which parsers are compared: a ticker, a
// token of a language model, a large document, and one line that is larger
// still, whole and in pieces. A parser that looks again at all it has, at each
// read, shows in the last one.
func eventStreams(mib int) []workload {
	size := mib << 20
	ticker := repeated(size, func(n int) string {
		return "id: " + strconv.Itoa(100000+n) + "\nevent: tick\ndata: {\"price\":12345.67,\"n\":1}\n\n"
	})
	token := repeated(size, func(int) string {
		return "data: {\"id\":\"chatcmpl-A1B2C3D4E5F6G7H8I9J0\",\"object\":\"chat.completion.chunk\"," +
			"\"created\":1700000000,\"model\":\"model-4-0613\",\"choices\":[{\"index\":0,\"delta\":{\"content\":" +
			"\" hello, world of streams\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n"
	})
	document := repeated(size, func(n int) string {
		return "id: " + strconv.Itoa(n) + "\ndata: " + strings.Repeat("x", 64<<10) + "\n\n"
	})
	line := stream{[]byte("data: " + strings.Repeat("x", 8<<20) + "\n\n"), 1}
	return []workload{
		ticker.workload("60 B", whole), token.workload("250 B", whole), document.workload("64 KiB", whole),
		token.workload("250 B, reads of 1460 B", inSegments), line.workload("one line of 8 MiB, reads of 1460 B", inSegments),
	}
}

// A stream is a body and how many events it holds.
type stream struct {
	body   []byte
	events int
}

// repeated makes a body of about size bytes.
func repeated(size int, event func(n int) string) stream {
	var s stream
	for s.body = make([]byte, 0, size+1<<17); len(s.body) < size; s.events++ {
		s.body = append(s.body, event(s.events)...)
	}
	return s
}

// whole gives each read as much as it asks for.
func whole(body []byte) io.Reader { return bytes.NewReader(body) }

// inSegments gives each read a segment at most.
func inSegments(body []byte) io.Reader { return &segments{body} }

type segments struct{ rest []byte }

// Read implements io.Reader.
func (s *segments) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.rest[:min(segment, len(s.rest))])
	s.rest = s.rest[n:]
	return n, nil
}

// workload gives s to all parsers.
func (s stream) workload(name string, open func([]byte) io.Reader) workload {
	l := workload{name: name, size: len(s.body), events: s.events}
	for _, p := range parsers {
		l.contenders = append(l.contenders, contender{p.name, func() (int, error) { return p.count(open(s.body)) }})
	}
	return l
}
