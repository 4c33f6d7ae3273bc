package testserver

import (
	"bytes"
	"compress/flate"
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rsv1 marks a message as compressed (RFC 7692, section 6).
const rsv1 = 0x40

// unpacker restores what one side has compressed with the standard library,
// which shares nothing with the server's own code.
type unpacker struct {
	t    *testing.T
	past []byte // what may be referred to
}

// unpack does as RFC 7692, section 7.2.2 says: "Append 4 octets of 0x00 0x00
// 0xff 0xff to the tail end of the payload of the message. Decompress the
// resulting data using DEFLATE." A final empty block keeps flate from missing
// the end.
func (u *unpacker) unpack(payload string) string {
	u.t.Helper()
	r := flate.NewReaderDict(strings.NewReader(payload+"\x00\x00\xff\xff\x01\x00\x00\xff\xff"), u.past)
	got, err := io.ReadAll(r)
	require.NoError(u.t, err)
	u.past = append(u.past, got...)
	return string(got)
}

// deflated compresses a message for itself, as section 7.2.1 says.
func deflated(t *testing.T, data string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	_, err = io.WriteString(w, data)
	require.NoError(t, err)
	require.NoError(t, w.Flush())
	return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
}

// openDeflate opens a connection that has agreed on compression.
func openDeflate(t *testing.T, s *Server, target string) *client {
	t.Helper()
	c := connect(t, s)
	c.write(handshakeRequest(target, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"))
	_, header := c.head()
	require.Contains(t, header.Get("Sec-WebSocket-Extensions"), "permessage-deflate")
	return c
}

func TestCompressionIsAgreedOn(t *testing.T) {
	s := New(t)
	const offer = "permessage-deflate"
	for name, tc := range map[string]struct{ query, offer, want string }{
		"refused":                {"?compress=0", offer, ""},
		"not offered":            {"", "x-none", ""},
		"offered":                {"", offer, offer},
		"the client's wishes":    {"", offer + "; server_no_context_takeover; server_max_window_bits=10", offer + "; server_no_context_takeover; server_max_window_bits=10"},
		"no context takeover":    {"?nocontext=1", offer, offer + "; server_no_context_takeover; client_no_context_takeover"},
		"smaller windows":        {"?compress=all&windowbits=9", offer + "; client_max_window_bits", offer + "; server_max_window_bits=9; client_max_window_bits=9"},
		"a client without limit": {"?windowbits=9", offer, offer + "; server_max_window_bits=9"},
		"the first good offer":   {"", offer + "; x=1, " + offer, offer},
		"no good offer":          {"", offer + "; server_max_window_bits=7", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := connect(t, s)
			c.write(handshakeRequest("/ws/echo"+tc.query, "Sec-WebSocket-Extensions: "+tc.offer))
			status, header := c.head()
			require.Contains(t, status, "101")
			assert.Equal(t, tc.want, header.Get("Sec-WebSocket-Extensions"))
			c.close()
		})
	}
	for _, query := range []string{"?nocontext=2", "?windowbits=7", "?windowbits=16", "?compress=2"} {
		assert.Equal(t, 400, get(t, s, "/ws/echo"+query).StatusCode)
	}
}

func TestOtherRoutesCompressIfAsked(t *testing.T) {
	s := New(t)
	for query, want := range map[string]string{"": "", "?compress=1": "permessage-deflate", "?compress=0": ""} {
		c := connect(t, s)
		c.write(handshakeRequest("/ws/silent"+query, "Sec-WebSocket-Extensions: permessage-deflate"))
		_, header := c.head()
		assert.Equal(t, want, header.Get("Sec-WebSocket-Extensions"))
	}
}

// The examples of RFC 7692, section 7.2.3.
func TestTheExamplesOfRFC7692AreUnderstood(t *testing.T) {
	s := New(t)
	for name, frames := range map[string][]string{
		"7.2.3.1 a message":             {"\xc1\xf2\x48\xcd\xc9\xc9\x07\x00"},
		"7.2.3.1 in two fragments":      {"\x41\xf2\x48\xcd", "\x80\xc9\xc9\x07\x00"},
		"7.2.3.2 the window, twice":     {"\xc1\xf2\x48\xcd\xc9\xc9\x07\x00", "\xc1\xf2\x00\x11\x00\x00"},
		"7.2.3.3 a block of no use":     {"\xc1\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"},
		"7.2.3.4 a final block":         {"\xc1\xf3\x48\xcd\xc9\xc9\x07\x00\x00"},
		"7.2.3.5 two blocks":            {"\xc1\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"},
		"6 not compressed all the same": {"\x81Hello"},
	} {
		t.Run(name, func(t *testing.T) {
			c := openDeflate(t, s, "/ws/echo?compress=all")
			answers := 0
			for _, frame := range frames {
				c.send(frame[0], frame[1:])
				if frame[0]&fin != 0 {
					answers++
				}
			}
			u := &unpacker{t: t}
			for range answers {
				first, payload := c.read()
				assert.Equal(t, byte(text|rsv1), first)
				assert.Equal(t, "Hello", u.unpack(payload))
			}
			c.close()
		})
	}
}

func TestMessagesOfEverySizeSurviveCompression(t *testing.T) {
	random := make([]byte, 100_000)
	noise := rand.NewChaCha8([32]byte{})
	_, _ = noise.Read(random)
	s := New(t)
	for _, query := range []string{"", "&nocontext=1", "&windowbits=8", "&fragment=1000"} {
		t.Run(query, func(t *testing.T) {
			c, u := openDeflate(t, s, "/ws/echo?compress=all"+query), &unpacker{t: t}
			for _, data := range []string{"", "a", strings.Repeat("Hello", 1000), string(random), strings.Repeat("x", 100_000)} {
				c.send(binary1|rsv1, deflated(t, data))
				got := u.unpack(c.message(binFrame | rsv1))
				require.True(t, got == data, "%d bytes came back as %d", len(data), len(got))
				if query == "&nocontext=1" {
					u.past = nil
				}
			}
			c.close()
		})
	}
}

// message joins the frames of a message, of which the first byte without FIN
// is given: RSV1 belongs on the first frame alone.
func (c *client) message(first byte) (payload string) {
	c.t.Helper()
	for {
		got, part := c.read()
		require.Equal(c.t, first, got&^fin)
		payload += part
		if got&fin != 0 {
			return payload
		}
		first = contFrame
	}
}

func TestWhatIsCompressedHasRulesToo(t *testing.T) {
	s := New(t)
	for name, tc := range map[string]struct {
		frames []string
		code   int
	}{
		"6.1 RSV1 on a continuation": {[]string{"\x41\xf2\x48\xcd", "\xc0\xc9\xc9\x07\x00"}, 1002},
		"6.1 RSV1 on a ping":         {[]string{"\xc9"}, 1002},
		"5.2 RSV2":                   {[]string{"\xa1"}, 1002},
		"7.2.2 what is no DEFLATE":   {[]string{"\xc2\xff\xff\xff"}, 1007},
		"7.2.2 no end":               {[]string{"\xc2\xf2\x48"}, 1007},
		"8.1 text that is not UTF-8": {[]string{"\xc1" + deflated(t, "\xff")}, 1007},
		"8.1 text, not compressed":   {[]string{"\x81\xff"}, 1007},
		"10.4 one byte too many":     {[]string{"\xc2" + deflated(t, strings.Repeat("x", 65537))}, 1009},
		"10.4 as much, as it is":     {[]string{"\x82" + strings.Repeat("x", 65537)}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			c := openDeflate(t, s, "/ws/echo?compress=all&limit=65536")
			for _, frame := range tc.frames {
				c.send(frame[0], frame[1:])
			}
			c.wantClose(tc.code)
			c.wantEnd()
		})
	}
}

// The limit is for the message. What nothing compresses grows, by as much as its
// sender flushes often.
func TestTheLimitIsThatOfTheRestoredMessage(t *testing.T) {
	const limit = 65536
	noise := make([]byte, limit)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	for _, piece := range []int{limit, 1000, 100} {
		var flushed strings.Builder
		for part := range slices.Chunk(noise, piece) {
			flushed.WriteString(deflated(t, string(part)) + "\x00\x00\xff\xff")
		}
		c, u := openDeflate(t, New(t), "/ws/echo?compress=all&limit="+strconv.Itoa(limit)), &unpacker{t: t}
		c.send(0xc2, strings.TrimSuffix(flushed.String(), "\x00\x00\xff\xff"))
		assert.True(t, u.unpack(c.message(binFrame|rsv1)) == string(noise), "flushed every %d bytes", piece)
	}
}

func TestShortMessagesAreNotWorthCompressing(t *testing.T) {
	for name, tc := range map[string]struct {
		threshold, size int
		compressed      bool
	}{
		"under the default":   {0, 127, false},
		"the default":         {0, 128, true},
		"under one's own":     {10, 9, false},
		"one's own":           {10, 10, true},
		"all, even the empty": {-1, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := (&Compression{Threshold: tc.threshold}).agree("permessage-deflate")
			h, _ := c.pack(Message{BinaryMessage, make([]byte, tc.size)})
			assert.Equal(t, tc.compressed, h.RSV1)
		})
	}
}

func TestEveryRouteThatSendsMessagesCompressesThem(t *testing.T) {
	s := New(t)
	for target, want := range map[string][]string{
		"/ws/burst?n=2&size=3&compress=all":         {"0..", "1.."},
		"/ws/fragments?n=2&text=Hello&compress=all": {"Hello"},
		"/ws/burst?n=1&size=1000000&compress=1":     {"0" + strings.Repeat(".", 999_999)},
	} {
		c, u := openDeflate(t, s, target), &unpacker{t: t}
		for _, data := range want {
			got := u.unpack(c.message(textFrame | rsv1))
			assert.True(t, got == data, target)
		}
	}
}

// Whoever does not get a message cannot understand the next one that refers
// to it.
func TestACompressedMessageThatIsGivenUpEndsTheConnection(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	noise := make([]byte, 16<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	ended := make(chan error, 1)
	s, err := Listen("127.0.0.1:0", &Options{Handler: WebSocket(func(p *Peer) {
		_ = p.Send(ctx, Message{BinaryMessage, noise})
		ended <- receive(p)
	}, &WebSocketOptions{Compression: &Compression{}})})
	require.NoError(t, err)
	defer s.Close()
	c := openDeflate(t, s, "/own")
	_, err = c.r.ReadByte()
	require.NoError(t, err)
	cancel()
	var end *CloseError
	require.ErrorAs(t, <-ended, &end)
	assert.ErrorIs(t, end, context.Canceled)
}
