package native

import (
	"bufio"
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/rfc6455"
	"github.com/amphiwire/amphiwire/internal/rfc7692"
	"github.com/amphiwire/amphiwire/internal/transport"
)

// deflateServer agrees to permessage-deflate, notes what each message took on
// the wire, and echoes it compressed.
type deflateServer struct {
	answer     string // "": accept the offer as it is
	offer      string
	wire       []int
	compressed []bool
	reply      func(payload []byte) []byte // on the wire, in place of the echo
}

func (s *deflateServer) serve(nc net.Conn) {
	r := bufio.NewReader(nc)
	req, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	s.offer = req.Header.Get("Sec-WebSocket-Extensions")
	p, answer, _ := rfc7692.Accept(s.offer, rfc7692.Options{})
	if s.answer != "" {
		answer = s.answer
	}
	nc.Write(rfc6455.AppendResponse(nil, req.Header.Get("Sec-WebSocket-Key"), "", answer, nil))
	deflater, inflater := p.Server()
	for {
		h, payload, err := readFrame(r)
		if err != nil || h.Opcode == rfc6455.OpClose {
			return
		}
		s.wire, s.compressed = append(s.wire, len(payload)), append(s.compressed, h.RSV1)
		if h.RSV1 {
			if payload, err = inflater.Inflate(nil, payload, 0); err != nil {
				return
			}
		}
		packed, _ := deflater.Deflate(nil, payload)
		if s.reply != nil {
			packed = s.reply(payload)
		}
		head := rfc6455.AppendHeader(nil, rfc6455.Header{Fin: true, RSV1: true, Opcode: h.Opcode, Length: int64(len(packed))})
		nc.Write(append(head, packed...))
	}
}

func readFrame(r *bufio.Reader) (h rfc6455.Header, payload []byte, err error) {
	for n := 2; ; n++ {
		p, err := r.Peek(n)
		if err != nil {
			return h, nil, err
		}
		h, used, err := rfc6455.ParseHeader(p)
		if err != nil {
			return h, nil, err
		}
		if used > 0 {
			r.Discard(used)
			payload = make([]byte, h.Length)
			_, err = io.ReadFull(r, payload)
			rfc6455.Mask(payload, payload, h.MaskKey, 0)
			return h, payload, err
		}
	}
}

// dialDeflate opens a connection to s.
func dialDeflate(t *testing.T, s *deflateServer, settings ...func(*transport.Config, *Options)) transport.Conn {
	t.Helper()
	h := &hosts{serve: map[string]func(net.Conn){"a.test:80": s.serve}}
	c, o := config("ws://a.test/"), h.options()
	o.Compress = func(m transport.Message) bool { return len(m.Data) >= 10 }
	for _, set := range settings {
		set(c, o)
	}
	conn, err := Dial(t.Context(), c, o)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(1000, "") })
	return conn
}

func TestDeflateEcho(t *testing.T) {
	noise := make([]byte, 300_000)
	rand.NewChaCha8([32]byte{1}).Read(noise)
	messages := []transport.Message{
		{Type: transport.Text, Data: []byte(strings.Repeat("the same words again, ", 100))},
		{Type: transport.Text, Data: []byte("short")},
		{Type: transport.Binary, Data: noise},
		{Type: transport.Text, Data: []byte(strings.Repeat("the same words again, ", 100))},
		{Type: transport.Text, Data: []byte{}},
		{Type: transport.Binary, Data: bytes.Repeat([]byte{7}, 900_000)},
	}
	for _, test := range []struct {
		name string
		set  func(*transport.Config, *Options)
	}{
		{"by default", func(*transport.Config, *Options) {}},
		{"without context takeover", func(_ *transport.Config, o *Options) { o.NoContextTakeover = true }},
		{"with a window of 9 bits", func(_ *transport.Config, o *Options) { o.MaxWindowBits = 9 }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &deflateServer{}
				conn := dialDeflate(t, s, test.set)
				for i, m := range messages {
					require.NoError(t, conn.Send(t.Context(), m))
					back, err := conn.Receive(t.Context(), make([]byte, 0, 1000*(i%2)))
					require.NoError(t, err)
					require.Equal(t, m.Type, back.Type)
					require.True(t, bytes.Equal(m.Data, back.Data), "message %d", i)
				}
				assert.Equal(t, []bool{true, false, true, true, false, true}, s.compressed, "by size")
				assert.Less(t, s.wire[0], 200)
			})
		})
	}
}

func TestDeflateTakesTheContextOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &deflateServer{}
		conn := dialDeflate(t, s)
		m := transport.Message{Type: transport.Binary, Data: make([]byte, 2000)}
		rand.NewChaCha8([32]byte{2}).Read(m.Data)
		for range 2 {
			require.NoError(t, conn.Send(t.Context(), m))
			_, err := conn.Receive(t.Context(), nil)
			require.NoError(t, err)
		}
		assert.Greater(t, s.wire[0], 2000)
		assert.Less(t, s.wire[1], 100, "the second refers to the first")
	})
}

func TestDeflateThatWasNotOffered(t *testing.T) {
	for _, answer := range []string{rfc7692.Name, "x-other", rfc7692.Name + "; client_max_window_bits=8"} {
		synctest.Test(t, func(t *testing.T) {
			h := &hosts{serve: map[string]func(net.Conn){"a.test:80": (&deflateServer{answer: answer}).serve}}
			o := h.options()
			o.NoCompression = true
			_, err := Dial(t.Context(), config("ws://a.test/"), o)
			require.Error(t, err)
		})
	}
}

// RFC 6455, section 9.1: "if any extension specified in the server's response
// was not requested by the client, the client MUST _Fail the WebSocket
// Connection_." RFC 7692, section 5.1, says the same of parameters.
func TestDeflateAnswersThatAreNotAcceptable(t *testing.T) {
	for _, answer := range []string{
		"x-other",
		rfc7692.Name + ", " + rfc7692.Name,
		rfc7692.Name + "; server_max_window_bits=7",
		rfc7692.Name + "; server_max_window_bits=16",
		rfc7692.Name + "; unknown",
		rfc7692.Name + "; server_no_context_takeover; server_no_context_takeover",
		rfc7692.Name + "; client_max_window_bits",
		rfc7692.Name + ";",
	} {
		synctest.Test(t, func(t *testing.T) {
			h := &hosts{serve: map[string]func(net.Conn){"a.test:80": (&deflateServer{answer: answer}).serve}}
			_, err := Dial(t.Context(), config("ws://a.test/"), h.options())
			require.Error(t, err, answer)
		})
	}
}

func TestDeflateLimits(t *testing.T) {
	deflate := func(p []byte) []byte {
		d, _ := rfc7692.Params{}.Server()
		packed, _ := d.Deflate(nil, p)
		return packed
	}
	noise := make([]byte, 1000)
	rand.NewChaCha8([32]byte{3}).Read(noise)
	for _, test := range []struct {
		name  string
		typ   transport.Type
		reply []byte
		check func(t *testing.T, m transport.Message, err error)
	}{
		{"a bomb", transport.Binary, deflate(make([]byte, 8<<20)), func(t *testing.T, _ transport.Message, err error) {
			var big *transport.TooBigError
			require.ErrorAs(t, err, &big)
			assert.Equal(t, int64(1000), big.Limit)
		}},
		{"exactly the limit, of data that does not compress", transport.Binary, deflate(noise), func(t *testing.T, m transport.Message, err error) {
			require.NoError(t, err)
			assert.Equal(t, noise, m.Data)
		}},
		{"corrupt data", transport.Binary, []byte{0xff, 0xff, 0xff}, closedWith(1007)},
		{"text that is not UTF-8 once inflated", transport.Text, deflate([]byte("\xff\xfe")), closedWith(1007)},
		{"text that ends inside a character", transport.Text, deflate([]byte("a\xe2\x82")), closedWith(1007)},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &deflateServer{reply: func([]byte) []byte { return test.reply }}
				conn := dialDeflate(t, s, func(c *transport.Config, _ *Options) { c.MaxMessageSize = 1000 })
				require.NoError(t, conn.Send(t.Context(), transport.Message{Type: test.typ, Data: []byte("go")}))
				m, err := conn.Receive(t.Context(), nil)
				test.check(t, m, err)
			})
		})
	}
}

func closedWith(code uint16) func(*testing.T, transport.Message, error) {
	return func(t *testing.T, _ transport.Message, err error) {
		var closed *transport.CloseError
		require.ErrorAs(t, err, &closed)
		assert.Equal(t, code, closed.Code)
		assert.False(t, closed.Remote)
	}
}
