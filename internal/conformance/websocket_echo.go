package conformance

import (
	"strconv"
	"strings"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func itoa(n int) string { return strconv.Itoa(n) }

// large is for messages of 16 MiB.
var large = &client.Options{MaxMessageSize: 16 << 20, MaxBuffered: 32 << 20}

// echoRows show that messages of either type and any size arrive unchanged.
// The sizes stand on both sides of where RFC 6455, section 5.2, changes the
// length's encoding.
func echoRows() []Row {
	var rows []Row
	for _, size := range []int{0, 1, 125, 126, 127, 65535, 65536, 1 << 20} {
		rows = append(rows,
			Row{Name: "echo/text of " + itoa(size) + " bytes", Run: func(t *T) {
				t.echoes(t.dial("echo"), client.Text(strings.Repeat("x", size)))
			}},
			Row{Name: "echo/binary of " + itoa(size) + " bytes", Run: func(t *T) {
				t.echoes(t.dial("echo"), client.Binary(pattern(size)))
			}})
	}
	return append(rows, []Row{
		{Name: "echo/binary of 4 MiB", Run: func(t *T) {
			c := t.dialWith(&client.Options{MaxMessageSize: 4 << 20}, "echo", "limit", itoa(4<<20))
			t.echoes(c, client.Binary(pattern(4<<20)))
		}},
		{Name: "echo/binary of 16 MiB", Run: func(t *T) {
			t.echoes(t.dialWith(large, "echo", "limit", itoa(16<<20)), client.Binary(pattern(16<<20)))
		}},
		{Name: "echo/text of 16 MiB", Run: func(t *T) {
			t.echoes(t.dialWith(large, "echo", "limit", itoa(16<<20)), client.Text(strings.Repeat("1€é𝄞123456", 1<<20)))
		}},
		// What a platform believes to be unsent must fall again: Send waits for it.
		{Name: "echo/a small message after large ones", Run: func(t *T) {
			c := t.dialWith(&client.Options{MaxMessageSize: 4 << 20}, "echo", "limit", itoa(4<<20))
			for _, size := range []int{1<<20 + 1, 2 << 20, 10} {
				t.echoes(c, client.Binary(pattern(size)))
				t.echoes(c, client.Text(strings.Repeat("é", size/2)))
			}
		}},
		{Name: "echo/text in many scripts", Run: func(t *T) {
			t.echoes(t.dial("echo"), client.Text("aé€𝄞 日本語 עברית \u0000 \ufeff \u2028"))
		}},
		{Name: "echo/the first and last code point of each length", Run: func(t *T) {
			t.echoes(t.dial("echo"), client.Text("\x00\x7f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"))
		}},
		{Name: "echo/every byte in a binary message", Run: func(t *T) { t.echoes(t.dial("echo"), client.Binary(pattern(256))) }},
		{Name: "echo/both types on one connection", Run: func(t *T) {
			c := t.dial("echo")
			for range 3 {
				t.echoes(c, client.Text("text"))
				t.echoes(c, client.Binary([]byte("binary")))
			}
		}},
		{Name: "echo/a nil payload is an empty message", Run: func(t *T) {
			c := t.dial("echo")
			t.send(c, client.Message{Type: client.BinaryMessage})
			assert.Empty(t, t.receive(c).Data)
		}},
		{Name: "echo/the payload may be changed after Send", Run: func(t *T) {
			c := t.dial("echo")
			p := []byte("first")
			t.send(c, client.Binary(p))
			copy(p, "wrong")
			assert.Equal(t, "first", string(t.receive(c).Data))
		}},
		{Name: "echo/Send leaves the payload as it was", Run: func(t *T) {
			c := t.dial("echo")
			p := pattern(1000)
			t.send(c, client.Binary(p))
			assert.Equal(t, pattern(1000), p)
		}},
		{Name: "echo/a received payload is the caller's own", Run: func(t *T) {
			c := t.dial("echo")
			t.send(c, client.Text("first"))
			t.send(c, client.Text("again"))
			first := t.receive(c)
			again := t.receive(c)
			assert.Equal(t, "first", string(first.Data))
			assert.Equal(t, "again", string(again.Data))
		}},
		invalidUTF8("a lone surrogate", "\xed\xa0\x80"),
		invalidUTF8("an overlong form", "\xc0\xaf"),
		invalidUTF8("a truncated character", "abc\xe2\x82"),
		invalidUTF8("a code point over U+10FFFF", "\xf4\x90\x80\x80"),
		invalidUTF8("a byte that is never valid", "\xff"),
		{Name: "send/refuses a message of no type", Run: func(t *T) {
			c := t.dial("echo")
			assert.ErrorIs(t, c.Send(t.ctx, client.Message{Data: []byte("x")}), client.ErrMessageType)
			t.echoes(c, client.Text("still there"))
		}},
	}...)
}

// invalidUTF8 is a row for text that Send refuses before anything is sent.
// RFC 6455, section 5.6: "The "Payload data" is text data encoded as UTF-8."
func invalidUTF8(what, text string) Row {
	return Row{Name: "send/refuses text with " + what, Run: func(t *T) {
		id := unique()
		c := t.dial("echo", "id", id)
		require.ErrorIs(t, c.Send(t.ctx, client.Text(text)), client.ErrInvalidUTF8)
		t.echoes(c, client.Binary([]byte(text)))
		require.NoError(t, c.Close())
		assert.Equal(t, 1, t.report(id).Messages)
	}}
}

// pattern returns n bytes in which a shifted or repeated piece shows.
func pattern(n int) []byte {
	p := make([]byte, n)
	for i := range p {
		p[i] = byte(i ^ i>>8 ^ i>>16)
	}
	return p
}

// orderRows show that messages arrive in the order in which they were sent.
func orderRows() []Row {
	return []Row{
		{Name: "order/a hundred messages sent and echoed", Run: func(t *T) {
			c := t.dial("echo")
			for i := range 100 {
				t.send(c, client.Text(itoa(i)))
			}
			for i := range 100 {
				require.Equal(t, itoa(i), t.text(c))
			}
		}},
		{Name: "order/sizes far apart", Run: func(t *T) {
			c := t.dial("echo")
			sizes := []int{100_000, 1, 70_000, 0, 1000, 200_000, 2}
			for _, n := range sizes {
				t.send(c, client.Binary(pattern(n)))
			}
			for _, n := range sizes {
				require.Len(t, t.receive(c).Data, n)
			}
		}},
		{Name: "order/a thousand messages from the server", Run: func(t *T) {
			texts, err := t.drain(t.dial("burst", "n", "1000"))
			require.ErrorAs(t, err, new(*client.CloseError))
			require.Equal(t, numbers(1000), texts)
		}},
		{Name: "order/a thousand messages while the program is slow to begin", Run: func(t *T) {
			c := t.dial("burst", "n", "1000", "size", "100", "type", "binary")
			pause()
			texts, _ := t.drain(c)
			require.Len(t, texts, 1000)
			for i, s := range texts {
				require.Equal(t, itoa(i), strings.TrimRight(s, "."))
			}
		}},
	}
}

// numbers are the first n messages of the server's burst.
func numbers(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = itoa(i)
	}
	return texts
}
