package rfc7692

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// random returns n bytes that nothing compresses, the same ones for the same
// seed.
func random(n int, seed byte) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(p)
	return p
}

// feed returns n JSON messages of size bytes, as much alike as those of a feed
// of quotes are.
func feed(n, size int) [][]byte {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel"}
	list := make([][]byte, n)
	for i := range list {
		var b strings.Builder
		fmt.Fprintf(&b, `{"type":"trade","sequence":%d,"user":"%s@example.com","trades":[`, i, words[r.IntN(8)])
		for b.Len() < size {
			fmt.Fprintf(&b, `{"id":%d,"symbol":"%s-USD","price":%s,"size":%d,"side":"%s","time":%d},`,
				r.Uint64()>>20, words[r.IntN(8)], strconv.FormatFloat(float64(r.IntN(1e7))/100, 'f', -1, 64),
				r.IntN(1000), []string{"buy", "sell"}[r.IntN(2)], 1700000000000+int64(i*37+r.IntN(30)))
		}
		list[i] = []byte(b.String()[:size])
	}
	return list
}

// prose is text of n bytes whose repetitions are of words, not of bytes.
func prose(n int) []byte {
	r := rand.New(rand.NewPCG(5, 6))
	words := strings.Fields(`the quick brown fox jumps over a lazy dog while every socket waits for
		frames that carry messages of many kinds and sizes between a client and its server`)
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(words[min(r.IntN(len(words)), r.IntN(len(words)))])
		b.WriteByte(" .,\n"[min(r.IntN(4), r.IntN(4), r.IntN(4))])
	}
	return []byte(b.String()[:n])
}

// sizes are those around which codecs err.
var sizes = []int{
	0, 1, 2, 3, 4, 5, 8, 9, 31, 32, 33, 63, 64, 100, 125, 126, 255, 256, 257, 258, 259, 260, 300, 511, 512, 513,
	1000, 1024, 4095, 4096, 8192, 32767, 32768, 32769, 33025, 65535, 65536, 65537, 98304, 131072, 300000,
}

// kinds of message that compress in different ways.
var kinds = map[string]func(n int) []byte{
	"zeros":  func(n int) []byte { return make([]byte, n) },
	"random": func(n int) []byte { return random(n, 7) },
	"prose":  prose,
	"json":   func(n int) []byte { return feed(1, n)[0] },
	"two bytes": func(n int) []byte {
		p := random(n, 8)
		for i := range p {
			p[i] = 'a' + p[i]&1
		}
		return p
	},
	"a random period": func(n int) []byte {
		return bytes.Repeat(random(1000, 9), n/1000+1)[:n]
	},
	"half random, half zeros": func(n int) []byte {
		return append(random(n/2, 10), make([]byte, n-n/2)...)
	},
	"every byte in turn": func(n int) []byte {
		p := make([]byte, n)
		for i := range p {
			p[i] = byte(i)
		}
		return p
	},
}
