package rfc6455

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// utf8Ranges is the grammar of RFC 3629, section 4, line by line: the ranges
// of the bytes of a character.
var utf8Ranges = [][][2]byte{
	{{0x00, 0x7f}},                             // UTF8-1
	{{0xc2, 0xdf}, {0x80, 0xbf}},               // UTF8-2
	{{0xe0, 0xe0}, {0xa0, 0xbf}, {0x80, 0xbf}}, // UTF8-3
	{{0xe1, 0xec}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xed, 0xed}, {0x80, 0x9f}, {0x80, 0xbf}},
	{{0xee, 0xef}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xf0, 0xf0}, {0x90, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}}, // UTF8-4
	{{0xf1, 0xf3}, {0x80, 0xbf}, {0x80, 0xbf}, {0x80, 0xbf}},
	{{0xf4, 0xf4}, {0x80, 0x8f}, {0x80, 0xbf}, {0x80, 0xbf}},
}

// slowUTF8 is the oracle: it returns how many bytes of p can begin a text, and
// whether all of p is one.
func slowUTF8(p []byte) (valid int, complete bool) {
	for {
		size, matched := slowCharacter(p[valid:])
		valid += matched
		if size == 0 {
			return valid, matched == 0 && valid == len(p)
		}
	}
}

// slowCharacter matches p with every line of the grammar and returns the size
// of the character if one matches whole, and how many bytes match at most.
func slowCharacter(p []byte) (size, matched int) {
	for _, line := range utf8Ranges {
		n := 0
		for n < len(line) && n < len(p) && p[n] >= line[n][0] && p[n] <= line[n][1] {
			n++
		}
		matched = max(matched, n)
		if n == len(line) {
			return n, n
		}
	}
	return 0, matched
}

// texts are the classic sequences of Markus Kuhn's UTF-8 decoder stress test
// and those around every edge of the grammar. fails is the number of bytes up
// to and including the first impossible one, 0 if there is none.
var texts = []struct {
	name  string
	text  string
	fails int
	ends  bool // inside a character
}{
	{"empty", "", 0, false},
	{"ASCII", "Hello, world", 0, false},
	{"NUL", "\x00", 0, false},
	{"Greek", "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", 0, false},
	{"mixed with two bytes", "hello\xc2\xa2world", 0, false},
	{"mixed with three bytes", "hello\xe2\x82\xacworld", 0, false},
	{"mixed with four bytes", "hello\xf0\xa4\xad\xa2world", 0, false},
	{"2.1 first of one byte, U+0000", "\x00", 0, false},
	{"2.1 first of two bytes, U+0080", "\xc2\x80", 0, false},
	{"2.1 first of three bytes, U+0800", "\xe0\xa0\x80", 0, false},
	{"2.1 first of four bytes, U+10000", "\xf0\x90\x80\x80", 0, false},
	{"2.1 first of five bytes", "\xf8\x88\x80\x80\x80", 1, false},
	{"2.1 first of six bytes", "\xfc\x84\x80\x80\x80\x80", 1, false},
	{"2.2 last of one byte, U+007F", "\x7f", 0, false},
	{"2.2 last of two bytes, U+07FF", "\xdf\xbf", 0, false},
	{"2.2 last of three bytes, U+FFFF", "\xef\xbf\xbf", 0, false},
	{"2.2 last of four bytes, U+1FFFFF", "\xf7\xbf\xbf\xbf", 1, false},
	{"2.3 last before the surrogates, U+D7FF", "\xed\x9f\xbf", 0, false},
	{"2.3 first after the surrogates, U+E000", "\xee\x80\x80", 0, false},
	{"2.3 replacement character, U+FFFD", "\xef\xbf\xbd", 0, false},
	{"2.3 last of Unicode, U+10FFFF", "\xf4\x8f\xbf\xbf", 0, false},
	{"2.3 first beyond Unicode, U+110000", "\xf4\x90\x80\x80", 2, false},
	{"beyond Unicode after text", "edited\xf4\x90\x80\x80edited", 8, false},
	{"3.1 continuation byte 80", "\x80", 1, false},
	{"3.1 continuation byte BF", "\xbf", 1, false},
	{"3.1 seven continuation bytes", "\x80\xbf\x80\xbf\x80\xbf\x80", 1, false},
	{"3.1 continuation byte too many", "\xc2\x80\x80", 3, false},
	{"3.2 lonely start of two bytes", "\xc2 ", 2, false},
	{"3.2 lonely start of three bytes", "\xe1 ", 2, false},
	{"3.2 lonely start of four bytes", "\xf1 ", 2, false},
	{"3.2 two starts", "\xc2\xc2", 2, false},
	{"3.3 last byte of two missing", "\xdf", 0, true},
	{"3.3 last byte of three missing", "\xef\xbf", 0, true},
	{"3.3 last byte of four missing", "\xf4\x8f\xbf", 0, true},
	{"3.3 last two bytes of four missing", "\xf0\x90", 0, true},
	{"3.3 last byte of three missing before text", "\xef\xbfa", 3, false},
	{"3.3 last byte of four missing before text", "\xf1\x80\x80a", 4, false},
	{"3.4 incomplete ones in a row", "\xdf\xef\xbf", 2, false},
	{"3.5 FE", "\xfe", 1, false},
	{"3.5 FF", "\xff", 1, false},
	{"3.5 FF after text", "0123456789abcdef\xff", 17, false},
	{"4.1 overlong slash in two bytes", "\xc0\xaf", 1, false},
	{"4.1 overlong slash in three bytes", "\xe0\x80\xaf", 2, false},
	{"4.1 overlong slash in four bytes", "\xf0\x80\x80\xaf", 2, false},
	{"4.2 most overlong in two bytes", "\xc1\xbf", 1, false},
	{"4.2 most overlong in three bytes", "\xe0\x9f\xbf", 2, false},
	{"4.2 most overlong in four bytes", "\xf0\x8f\xbf\xbf", 2, false},
	{"4.3 overlong NUL in two bytes", "\xc0\x80", 1, false},
	{"4.3 overlong NUL in three bytes", "\xe0\x80\x80", 2, false},
	{"4.3 overlong NUL in four bytes", "\xf0\x80\x80\x80", 2, false},
	{"5.1 first surrogate, U+D800", "\xed\xa0\x80", 2, false},
	{"5.1 last surrogate, U+DFFF", "\xed\xbf\xbf", 2, false},
	{"5.1 surrogate after text", "edited\xed\xa0\x80", 8, false},
	{"5.2 pair of surrogates", "\xed\xa0\x80\xed\xb0\x80", 2, false},
	{"5.3 noncharacter U+FFFE", "\xef\xbf\xbe", 0, false},
	{"5.3 noncharacter U+1FFFF", "\xf0\x9f\xbf\xbf", 0, false},
	{"byte order mark", "\xef\xbb\xbf", 0, false},
	{"start that is none, F5", "\xf5", 1, false},
	{"long ASCII, then a start", strings.Repeat("a", 64) + "\xe2\x82", 0, true},
	{"long, not ASCII", strings.Repeat("\xd0\xb6", 50), 0, false},
}

// RFC 6455, section 8.1: "When an endpoint is to interpret a byte stream as
// UTF-8 but finds that the byte stream is not, in fact, a valid UTF-8 stream,
// that endpoint MUST _Fail the WebSocket Connection_."
func TestUTF8(t *testing.T) {
	for _, tt := range texts {
		t.Run(tt.name, func(t *testing.T) {
			var u UTF8
			assert.Equal(t, tt.fails == 0, u.Write([]byte(tt.text)))
			assert.Equal(t, tt.fails == 0 && !tt.ends, u.Complete())
		})
	}
}

// One byte at a time, the verdict falls at the first impossible byte: not
// before, when a text could still go on, and not later.
func TestUTF8FailsAtTheFirstImpossibleByte(t *testing.T) {
	for _, tt := range texts {
		t.Run(tt.name, func(t *testing.T) {
			var u UTF8
			for i := range len(tt.text) {
				ok := u.Write([]byte{tt.text[i]})
				require.Equal(t, tt.fails == 0 || i+1 < tt.fails, ok, "after %d bytes", i+1)
			}
		})
	}
}

func TestUTF8StaysInvalid(t *testing.T) {
	for _, bad := range []string{"\xff", "\xe0\x80", "\xf4\x90", "\xc2\xc2", "a\xffa"} {
		var u UTF8
		u.Write([]byte(bad))
		for _, next := range []string{"a", "\x80", "\x80\x80", ""} {
			assert.False(t, u.Write([]byte(next)), "%x, then %x", bad, next)
			assert.False(t, u.Complete())
		}
		u.Reset()
		assert.True(t, u.Complete() && u.Write([]byte("a")), "Reset forgives")
	}
}

func TestUTF8OfEveryCharacter(t *testing.T) {
	buf := make([]byte, 0, 4)
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			var u UTF8
			buf = utf8.AppendRune(buf[:0], r)
			cut := int(r) % len(buf)
			if !u.Write(buf[:cut]) || !u.Write(buf[cut:]) || !u.Complete() {
				t.Fatalf("%U", r)
			}
		}
	}
}

// Every pair of bytes with a third of each kind, against the grammar and
// against package unicode/utf8.
func TestUTF8OfEveryShortSequence(t *testing.T) {
	for i := range 1 << 16 {
		for _, third := range []byte{0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xf4, 0xff} {
			p := []byte{byte(i >> 8), byte(i), third}
			var u UTF8
			ok := u.Write(p[:1]) && u.Write(p[1:])
			valid, complete := slowUTF8(p)
			if ok != (valid == 3) || u.Complete() != complete || complete != utf8.Valid(p) {
				t.Fatalf("%x", p)
			}
		}
	}
}

// The way through words, turns of words and the rest is the same for a byte
// that is not ASCII wherever it stands.
func TestUTF8AtEveryPlace(t *testing.T) {
	for size := range 100 {
		for at := range size {
			for _, c := range []string{"\xff", "\xc2", "\xc2\x80", "\xf0\x90\x80\x80", "\xed\xa0"} {
				p := []byte(strings.Repeat("a", at) + c + strings.Repeat("a", size-at))
				valid, complete := slowUTF8(p)
				var u UTF8
				require.Equal(t, valid == len(p), u.Write(p))
				require.Equal(t, complete, u.Complete())
			}
		}
	}
}

func TestUTF8AllocatesNothing(t *testing.T) {
	p := []byte("0123456789 \xd0\xb6 \xe2\x82")
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		var u UTF8
		u.Write(p)
	}))
}

// Cut in two anywhere, a text gets the same verdict, which is that of the
// grammar and of package unicode/utf8.
func FuzzUTF8(f *testing.F) {
	for _, tt := range texts {
		f.Add([]byte(tt.text), uint8(len(tt.text)/2))
	}
	f.Fuzz(func(t *testing.T, p []byte, cut uint8) {
		n := min(int(cut), len(p))
		valid, complete := slowUTF8(p)
		var u UTF8
		require.Equal(t, valid >= n, u.Write(p[:n]))
		require.Equal(t, valid == len(p), u.Write(p[n:]))
		require.Equal(t, complete, u.Complete())
		require.Equal(t, utf8.Valid(p), u.Complete())
	})
}

func BenchmarkUTF8(b *testing.B) {
	for name, text := range map[string]string{
		"ASCII/32":      strings.Repeat("a", 32),
		"ASCII/1024":    strings.Repeat("a", 1024),
		"Cyrillic/1024": strings.Repeat("\xd0\xb6", 512),
	} {
		b.Run(name, func(b *testing.B) {
			p := []byte(text)
			b.SetBytes(int64(len(p)))
			for b.Loop() {
				var u UTF8
				if !u.Write(p) {
					b.Fatal(text)
				}
			}
		})
	}
}
