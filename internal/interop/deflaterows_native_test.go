//go:build !js

package interop

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// windowRows show windows that our client can ask for, with the history kept
// from message to message and without.
func windowRows(t *testing.T, s server, windows []int) {
	list := append(payloads(65536), payload{"text", 127}, payload{"text", 65535})
	for _, bits := range windows {
		for _, alone := range []bool{false, true} {
			opts := everyBytes
			opts.Native.MaxWindowBits, opts.Native.NoContextTakeover = bits, alone
			want := agreed{noTakeover: [2]bool{alone, alone}}
			if bits < 15 {
				want.bits = [2]int{bits, bits}
			}
			t.Run(fmt.Sprintf("deflate window %d%s", bits, without(alone)), func(t *testing.T) {
				s.compresses(t, opts, want, list)
			})
		}
	}
}

func without(takeover bool) string {
	if takeover {
		return " without takeover"
	}
	return ""
}

// choiceRows show the answers that a server can give to our default offer. The
// last payload has a history to refer to that is longer than any window.
func choiceRows(t *testing.T, s server, windows []int) {
	list := []payload{{"text", 1}, {"text", 40000}, {"text", 127}}
	for _, a := range choices(windows) {
		t.Run(a.name(), func(t *testing.T) { s.compresses(t, everyBytes, a, list, a.query()...) })
	}
}

// choices are all answers that name two of the windows.
func choices(windows []int) (list []agreed) {
	for _, server := range windows {
		for _, client := range windows {
			for _, no := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
				list = append(list, agreed{bits: [2]int{server, client}, noTakeover: no})
			}
		}
	}
	return list
}

// agreed is an answer to an offer: of two values, the first is about what the
// server compresses, the second about what the client does.
type agreed struct {
	bits       [2]int // 0: not part of the answer
	noTakeover [2]bool
}

func (a agreed) name() string {
	name := fmt.Sprintf("server %d client %d", a.bits[0], a.bits[1])
	for i, who := range []string{" server", " client"} {
		if a.noTakeover[i] {
			name += who + " without takeover"
		}
	}
	return name
}

// query asks a foreign server for this answer.
func (a agreed) query() (q []string) {
	for i, who := range []string{"server", "client"} {
		if a.bits[i] != 0 {
			q = append(q, who+"Bits", strconv.Itoa(a.bits[i]))
		}
		if a.noTakeover[i] {
			q = append(q, who+"NoTakeover", "")
		}
	}
	return q
}

// parameters are what the header field holds then.
func (a agreed) parameters() []string {
	field := "permessage-deflate"
	for i, who := range []string{"server", "client"} {
		if a.bits[i] != 0 {
			field += fmt.Sprintf("; %s_max_window_bits=%d", who, a.bits[i])
		}
		if a.noTakeover[i] {
			field += "; " + who + "_no_context_takeover"
		}
	}
	return parameters(field)
}

// compresses wants payloads echoed over a connection on which want is agreed,
// and fewer bytes in both directions than they have.
func (s server) compresses(t *testing.T, opts client.Options, want agreed, list []payload, query ...string) {
	t.Helper()
	m, id := &meter{}, newID()
	opts.Native.DialContext = m.dial
	c := s.dial(t, opts, "/echo", append(query, "deflate", "", "id", id)...)
	echoes(t, c, list)
	require.NoError(t, c.Close())
	r := s.report(t, id)
	assert.Equal(t, want.parameters(), parameters(strings.ToLower(r.Extensions)))
	most := total(list) * 9 / 10 // noise cannot be compressed
	assert.Less(t, r.Read, most, "sent by the client")
	assert.Less(t, m.read.Load(), most, "sent by the server")
}

// total is the sum of sizes.
func total(list []payload) (n int64) {
	for _, p := range list {
		n += int64(p.size)
	}
	return n
}

// offerRows show offers that name both windows. The companion server has no
// wishes of its own, so its answer repeats the offer.
func offerRows(t *testing.T, f *foreignClient, s server, windows []int) {
	for _, a := range choices(windows) {
		t.Run(a.name(), func(t *testing.T) {
			offer := &deflate{a.noTakeover[0], a.noTakeover[1], a.bits[0], a.bits[1]}
			f.compresses(t, s.url("/ws/echo", "compress", "all"), offer, a)
		})
	}
}

// answerRows show the answers that the companion server can give to a foreign
// client's default offer.
func answerRows(t *testing.T, f *foreignClient, s server, windows []int) {
	for _, bits := range windows {
		for _, alone := range []bool{false, true} {
			want := agreed{noTakeover: [2]bool{alone, alone}}
			if bits < 15 {
				want.bits = [2]int{bits, bits}
			}
			query := []string{"compress", "all", "windowbits", strconv.Itoa(bits)}
			if alone {
				query = append(query, "nocontext", "1")
			}
			t.Run(fmt.Sprintf("window %d%s", bits, without(alone)), func(t *testing.T) {
				f.compresses(t, s.url("/ws/echo", query...), &deflate{}, want)
			})
		}
	}
}

// compresses wants payloads echoed over a connection on which want is agreed.
func (f *foreignClient) compresses(t *testing.T, to string, offer *deflate, want agreed) {
	t.Helper()
	r := f.run(t, job{URL: to, Deflate: offer, Steps: []step{
		{"echo", "text-65536", 1}, {"echo", "binary-65535", 1}, {"echo", "text-65536", 3}, {"echo", "text-1", 1}, {"echo", "text-0", 1},
	}})
	assert.Equal(t, want.parameters(), parameters(r.Extensions))
}
