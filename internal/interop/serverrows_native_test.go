//go:build !js

package interop

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plain is a client that compresses nothing, everything one that compresses
// messages however short.
var (
	plain      = client.Options{Native: client.NativeOptions{NoCompression: true}}
	everyBytes = client.Options{Native: client.NativeOptions{CompressionThreshold: -1}}
)

// serverRows are what our client does with any foreign server, with those of
// its windows for compression.
func serverRows(t *testing.T, s server, windows []int) {
	t.Run("plain", func(t *testing.T) { echoes(t, s.dial(t, plain, "/echo"), payloads(largest)) })
	t.Run("deflate", func(t *testing.T) { echoes(t, s.dial(t, everyBytes, "/echo", "deflate", ""), deflated()) })
	windowRows(t, s, windows)
	t.Run("deflate as the server wants it", func(t *testing.T) { choiceRows(t, s, windows) })
	t.Run("deflate declined", func(t *testing.T) { declined(t, s) })
	fragmentRows(t, s)
	t.Run("ping", func(t *testing.T) { pingRows(t, s) })
	t.Run("close by the client", func(t *testing.T) { closeRows(t, s) })
	t.Run("close by the server", func(t *testing.T) { closedRows(t, s) })
	t.Run("subprotocol", func(t *testing.T) { subprotocolRows(t, s) })
	t.Run("refused", func(t *testing.T) { refusedRows(t, s) })
	t.Run("too big", func(t *testing.T) { tooBigRows(t, s) })
	t.Run("order", func(t *testing.T) { orderRows(t, s) })
}

// deflated are the payloads to compress. The largest of all takes seconds under
// the race detector.
func deflated() []payload {
	list := payloads(1 << 20)
	if everything() {
		list = append(list, payload{"text", largest})
	}
	return list
}

// declined shows that an offer that nobody takes up changes nothing.
func declined(t *testing.T, s server) {
	id := newID()
	c := s.dial(t, everyBytes, "/echo", "id", id)
	echoes(t, c, payloads(65536))
	require.NoError(t, c.Close())
	assert.Empty(t, s.report(t, id).Extensions)
}

// fragmentRows show messages of many frames. The last row makes more than ten
// thousand of them.
func fragmentRows(t *testing.T, s server) {
	for _, size := range []int{1, 100, 65536} {
		list := payloads(min(1000*size, 1<<20))
		t.Run(fmt.Sprintf("fragments of %d", size), func(t *testing.T) {
			echoes(t, s.dial(t, plain, "/echo", "fragment", strconv.Itoa(size)), list)
		})
		t.Run(fmt.Sprintf("deflate, fragments of %d", size), func(t *testing.T) {
			echoes(t, s.dial(t, everyBytes, "/echo", "fragment", strconv.Itoa(size), "deflate", ""), list)
		})
	}
}

// pingRows show RFC 6455, section 5.5.2: "Upon receipt of a Ping frame, an
// endpoint MUST send a Pong frame in response, unless it already received a
// Close frame."
func pingRows(t *testing.T, s server) {
	t.Run("by the client", func(t *testing.T) {
		c := s.dial(t, client.Options{}, "/echo")
		for range 3 {
			rtt, err := c.Ping(row(t))
			require.NoError(t, err)
			assert.Positive(t, rtt)
		}
		echoOne(t, c, payload{"text", 127})
	})
	t.Run("by the client, seen by the server", func(t *testing.T) {
		c := s.dial(t, client.Options{}, "/pinged")
		_, err := c.Ping(row(t))
		require.NoError(t, err)
		assert.Equal(t, "ping", receiveText(t, c))
	})
	for _, r := range []struct {
		name string
		opts client.Options
	}{{"by the server", plain}, {"by the server, deflate", everyBytes}} {
		t.Run(r.name, func(t *testing.T) {
			c := s.dial(t, r.opts, "/ping", "n", "3", "payload", "é ", "deflate", "")
			for i := range 3 {
				assert.Equal(t, fmt.Sprintf("pong é %d", i), receiveText(t, c))
			}
		})
	}
}

// subprotocolRows show what RFC 6455, section 4.1, asks for: "if this subprotocol
// was not present in the client's handshake … the client MUST _Fail the
// WebSocket Connection_." These servers choose what was.
func subprotocolRows(t *testing.T, s server) {
	for _, r := range []struct{ name, supported, offered, want string }{
		{"none offered", "a,b", "", ""},
		{"none supported", "x", "a,b", ""},
		{"the only one", "a", "a", "a"},
		{"the server's favourite", "c,b,a", "a,b", "b"},
	} {
		t.Run(r.name, func(t *testing.T) {
			opts := client.Options{Subprotocols: strings.FieldsFunc(r.offered, func(c rune) bool { return c == ',' })}
			c := s.dial(t, opts, "/echo", "protocols", r.supported)
			assert.Equal(t, r.want, c.Subprotocol())
			echoOne(t, c, payload{"text", 1})
		})
	}
}

// refusedRows show answers other than 101. RFC 6455, section 4.1: "If the status
// code received from the server is not 101, the client handles the response per
// HTTP [RFC2616] procedures." The program gets to see them.
func refusedRows(t *testing.T, s server) {
	for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			_, err := client.Connect(row(t), s.url("/echo", "status", strconv.Itoa(status), "body", "not you"), nil)
			var e *client.ConnectError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, status, e.StatusCode)
			assert.Equal(t, "yes", http.Header(e.Header).Get("X-Refused"))
			assert.Equal(t, "not you", string(e.Body))
		})
	}
}

// tooBigRows show the limit of a message, also of one that is short until it
// is inflated.
func tooBigRows(t *testing.T, s server) {
	for _, r := range []struct{ name, size, extension string }{
		{"one byte", "1001", ""},
		{"one byte, deflate", "1001", "deflate"},
		{"a bomb, deflate", strconv.Itoa(largest), "deflate"},
	} {
		t.Run(r.name, func(t *testing.T) {
			id := newID()
			c := s.dial(t, client.Options{MaxMessageSize: 1000}, "/send", "size", r.size, "id", id, r.extension, "")
			_, err := c.Receive(row(t))
			var e *client.MessageTooBigError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, int64(1000), e.Limit)
			assert.Equal(t, 1009, s.report(t, id).Code)
		})
	}
	t.Run("not quite", func(t *testing.T) {
		c := s.dial(t, client.Options{MaxMessageSize: 1000}, "/send", "size", "1000", "deflate", "")
		m, err := c.Receive(row(t))
		require.NoError(t, err)
		assert.Equal(t, make([]byte, 1000), m.Data)
	})
}

// orderRows show a thousand messages that are on their way in both directions
// at once.
func orderRows(t *testing.T, s server) {
	for _, r := range []struct {
		name, extension string
	}{{"a thousand messages", ""}, {"a thousand messages, deflate", "deflate"}} {
		t.Run(r.name, func(t *testing.T) {
			c := s.dial(t, everyBytes, "/echo", r.extension, "")
			sent := make(chan error, 1)
			go func() { sent <- sendNumbers(t, c, 1000) }()
			for _, want := range numbers(1000) {
				require.Equal(t, want, receiveText(t, c))
			}
			require.NoError(t, <-sent)
		})
	}
}

// sendNumbers runs beside its test, so it returns what went wrong.
func sendNumbers(t *testing.T, c *client.Conn, n int) error {
	for _, text := range numbers(n) {
		if err := c.Send(t.Context(), client.Text(text)); err != nil {
			return err
		}
	}
	return nil
}
