//go:build !js

package suite

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/client"
	"github.com/amphiwire/amphiwire/testserver"
)

// RFC 7692, section 6: whether a message is compressed is the sender's choice,
// message by message.
func TestWhichMessagesAreCompressed(t *testing.T) {
	s := testserver.New(t)
	all := map[string]bool{"": true, "a": true, strings.Repeat("a", 255): true, strings.Repeat("a", 256): true}
	none := map[string]bool{"": false, strings.Repeat("a", 100_000): false}
	for name, c := range map[string]struct {
		route  string
		native client.NativeOptions
		want   map[string]bool
	}{
		"from 256 bytes on": {"echo", client.NativeOptions{},
			map[string]bool{"": false, strings.Repeat("a", 255): false, strings.Repeat("a", 256): true, strings.Repeat("a", 100_000): true}},
		"from a size of one's own on":       {"echo", client.NativeOptions{CompressionThreshold: 10}, map[string]bool{strings.Repeat("a", 9): false, strings.Repeat("a", 10): true}},
		"all":                               {"echo", client.NativeOptions{CompressionThreshold: -1}, all},
		"as a function chooses":             {"echo", client.NativeOptions{Compress: wantsCompression}, map[string]bool{"compress": true, "leave": false, strings.Repeat("leave", 1000): false}},
		"none, since nothing was offered":   {"echo", client.NativeOptions{NoCompression: true, CompressionThreshold: -1}, none},
		"none, since the server has denied": {"echo?compress=0", client.NativeOptions{CompressionThreshold: -1}, none},
	} {
		t.Run(name, func(t *testing.T) {
			var compressed atomic.Bool
			trace := &client.Trace{Frame: func(f client.TraceFrame) {
				if f.Sent && f.Opcode <= 2 {
					compressed.Store(f.Compressed)
				}
			}}
			conn, err := client.Connect(t.Context(), s.WSURL()+"/ws/"+c.route, &client.Options{Trace: trace, Native: c.native})
			require.NoError(t, err)
			defer conn.Close()
			for text, want := range c.want {
				require.NoError(t, conn.Send(t.Context(), client.Text(text)))
				assert.Equal(t, want, compressed.Load(), "%.10q of %d bytes", text, len(text))
				m, err := conn.Receive(t.Context())
				require.NoError(t, err)
				assert.Equal(t, text, string(m.Data))
			}
		})
	}
}

func wantsCompression(m client.Message) bool { return strings.HasPrefix(string(m.Data), "compress") }
