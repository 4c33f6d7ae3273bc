//go:build !js

package interop

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clientRows are what the companion server does with any foreign client, with
// those of its windows for compression.
func clientRows(t *testing.T, f *foreignClient, companion *companionServer, windows []int) {
	s := companion.ws()
	t.Run("plain", func(t *testing.T) { sizeRows(t, f, s, nil, payloads(largest)) })
	t.Run("deflate", func(t *testing.T) { sizeRows(t, f, s, &deflate{}, payloads(largest)) })
	t.Run("deflate as the client wants it", func(t *testing.T) { offerRows(t, f, s, windows) })
	t.Run("deflate as the server wants it", func(t *testing.T) { answerRows(t, f, s, windows) })
	pieceRows(t, f, s)
	t.Run("ping", func(t *testing.T) { foreignPingRows(t, f, s) })
	t.Run("close by the client", func(t *testing.T) { foreignCloseRows(t, f, s) })
	t.Run("close by the server", func(t *testing.T) { foreignClosedRows(t, f, s) })
	t.Run("subprotocol", func(t *testing.T) { foreignSubprotocolRows(t, f, s) })
	t.Run("refused", func(t *testing.T) { foreignRefusedRows(t, f, s) })
	t.Run("wss", func(t *testing.T) {
		for _, p := range payloads(1 << 20) {
			t.Run(p.String(), func(t *testing.T) {
				to := companion.wss().url("/ws/echo")
				f.run(t, job{URL: to, Deflate: &deflate{}, CA: companion.ca, Steps: []step{{"echo", p.file(), 1}, {"close", 1000, ""}, {"closed"}}})
			})
		}
	})
	t.Run("too big", func(t *testing.T) {
		r := f.run(t, job{URL: s.url("/ws/echo", "limit", "126"), Steps: []step{{"send", "text-127"}, {"closed"}}})
		assert.Equal(t, 1009, r.Code)
	})
}

// sizeRows send each payload over a connection of its own.
func sizeRows(t *testing.T, f *foreignClient, s server, offer *deflate, list []payload) {
	for _, p := range list {
		t.Run(p.String(), func(t *testing.T) {
			f.run(t, job{URL: s.url("/ws/echo"), Deflate: offer, Steps: []step{{"echo", p.file(), 1}}})
		})
	}
}

// pieceRows show fragments from the client, and fragments from the server.
func pieceRows(t *testing.T, f *foreignClient, s server) {
	for _, n := range []int{2, 100} {
		for _, p := range []payload{{"text", 127}, {"binary", 65536}, {"text", 1 << 20}} {
			for _, offer := range []*deflate{nil, {}} {
				name := fmt.Sprintf("%d fragments", n)
				if offer != nil {
					name = "deflate, " + name
				}
				t.Run(name+"/"+p.String(), func(t *testing.T) {
					f.run(t, job{URL: s.url("/ws/echo"), Deflate: offer, Steps: []step{{"echo", p.file(), n}}})
				})
				t.Run(name+" from the server/"+p.String(), func(t *testing.T) {
					to := s.url("/ws/echo", "fragment", strconv.Itoa(p.size/n+1))
					f.run(t, job{URL: to, Deflate: offer, Steps: []step{{"echo", p.file(), 1}}})
				})
			}
		}
	}
}

// foreignPingRows show pings with payloads of every length that counts: none,
// some, and nearly the 125 bytes that RFC 6455, section 5.5, allows.
func foreignPingRows(t *testing.T, f *foreignClient, s server) {
	t.Run("by the client", func(t *testing.T) {
		f.run(t, job{URL: s.url("/ws/echo"), Steps: []step{{"ping", "é"}, {"ping", ""}, {"echo", "text-127", 1}, {"ping", longReason}}})
	})
	t.Run("by the server", func(t *testing.T) {
		r := f.run(t, job{URL: s.url("/ws/ping", "n", "3", "payload", "é"), Steps: []step{{"receive"}, {"receive"}, {"receive"}}})
		assert.Equal(t, []string{"pong é", "pong é1", "pong é2"}, r.Texts)
	})
	t.Run("between the fragments of the server", func(t *testing.T) {
		r := f.run(t, job{URL: s.url("/ws/fragments", "n", "5", "text", "in five pieces", "ping", "1"), Steps: []step{{"receive"}}})
		assert.Equal(t, []string{"in five pieces"}, r.Texts)
	})
}

// foreignCloseRows show the closing handshake that the client begins: the server
// echoes the code, as RFC 6455, section 5.5.1, asks for, and TCP ends in order.
func foreignCloseRows(t *testing.T, f *foreignClient, s server) {
	for _, code := range append([]client.CloseCode{0}, sendable...) {
		t.Run(strconv.Itoa(int(code)), func(t *testing.T) {
			want := ending{Code: int(code), Reason: longReason, Clean: true, EOF: true}
			if code == 0 { // a Close frame without a code
				want.Code, want.Reason = int(client.CloseNoStatus), ""
			}
			id := newID()
			r := f.run(t, job{URL: s.url("/ws/echo", "id", id), Steps: []step{{"close", code, longReason}, {"closed"}}})
			assert.Equal(t, want.Code, r.Code, "the code that the server echoes")
			assert.Equal(t, want, f.report(t, s, id))
		})
	}
}

// An ending is what the companion server says of a connection.
type ending struct {
	Messages   int
	Code       int
	Reason     string
	Clean, EOF bool
}

// report asks the companion server about a connection.
func (f *foreignClient) report(t *testing.T, s server, id string) (e ending) {
	t.Helper()
	r := f.run(t, job{URL: s.url("/ws/report", "id", id), Steps: []step{{"receive"}, {"closed"}}})
	require.Len(t, r.Texts, 1, "%+v", r)
	require.NoError(t, json.Unmarshal([]byte(r.Texts[0]), &e))
	return e
}

// foreignClosedRows show the closing handshake that the server begins, and the
// loss of a connection without one.
func foreignClosedRows(t *testing.T, f *foreignClient, s server) {
	for _, code := range append([]client.CloseCode{0}, sendable...) {
		t.Run(strconv.Itoa(int(code)), func(t *testing.T) {
			want := result{Code: int(code), Reason: longReason}
			if code == 0 {
				want = result{Code: int(client.CloseNoStatus)}
			}
			r := f.run(t, job{URL: s.url("/ws/close", "code", strconv.Itoa(int(code)), "reason", want.Reason), Steps: []step{{"closed"}}})
			assert.Equal(t, want, result{Code: r.Code, Reason: r.Reason})
		})
	}
	t.Run("lost", func(t *testing.T) {
		for _, how := range []string{"fin", "rst"} {
			r := f.try(t, job{URL: s.url("/ws/drop", "how", how), Steps: []step{{"closed"}}})
			assert.Contains(t, []int{0, 1006}, r.Code, how) // 0: the client's error came first
		}
	})
	t.Run("behind a burst", func(t *testing.T) {
		steps := []step{}
		for range 100 {
			steps = append(steps, step{"receive"})
		}
		r := f.run(t, job{URL: s.url("/ws/burst", "n", "100"), Steps: append(steps, step{"closed"})})
		assert.Equal(t, numbers(100), r.Texts)
		assert.Equal(t, 1000, r.Code)
	})
	t.Run("while the client closes", func(t *testing.T) {
		r := f.run(t, job{URL: s.url("/ws/close", "code", "4001"), Steps: []step{{"close", 4002, ""}, {"closed"}}})
		assert.Contains(t, []int{4001, 4002}, r.Code)
	})
}

// foreignSubprotocolRows leave out what no server can do: foreign clients refuse
// to be given none of those that they offered.
func foreignSubprotocolRows(t *testing.T, f *foreignClient, s server) {
	for _, r := range []struct {
		name, supported string
		offered         []string
		want            string
	}{
		{"none offered", "a,b", nil, ""},
		{"the only one", "a", []string{"a"}, "a"},
		{"the server's favourite", "c,b,a", []string{"a", "b"}, "b"},
	} {
		t.Run(r.name, func(t *testing.T) {
			got := f.run(t, job{URL: s.url("/ws/echo", "protocols", r.supported), Protocols: r.offered, Steps: []step{{"echo", "text-1", 1}}})
			assert.Equal(t, r.want, got.Protocol)
		})
	}
}

func foreignRefusedRows(t *testing.T, f *foreignClient, s server) {
	for _, status := range []int{400, 401, 403, 404, 500, 503} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			r := f.try(t, job{URL: s.url("/ws/reject", "status", strconv.Itoa(status))})
			assert.Equal(t, status, r.Status)
		})
	}
}
