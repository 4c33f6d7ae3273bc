package conformance

import (
	"strings"

	"github.com/amphiwire/amphiwire/client"
	"github.com/stretchr/testify/assert"
)

// noRedirects is why a row about them is for native programs alone.
var noRedirects = map[string]string{browser: "the platform follows no redirect of a WebSocket handshake"}

// redirectRows show where a handshake leads that is answered by a redirect.
func redirectRows() []Row {
	rows := []Row{
		{Name: "redirect/more than are followed", Run: func(t *T) {
			to := "/ws/echo"
			for range 11 {
				to = t.ws("redirect", "to", to)[len(t.WS):]
			}
			assert.Equal(t, 302, t.refused(t.WS+to, nil).StatusCode)
		}, Except: noRedirects},
		{Name: "redirect/one that names no target", Run: func(t *T) {
			assert.Equal(t, 302, t.refused(t.ws("reject", "status", "302"), nil).StatusCode)
		}, Except: noRedirects},
	}
	for _, status := range []string{"301", "302", "303", "307", "308"} {
		rows = append(rows, Row{Name: "redirect/" + status, Run: func(t *T) {
			c := t.dial("redirect", "status", status, "to", "/ws/echo")
			t.echoes(c, client.Text("arrived"))
		}, Except: noRedirects})
	}
	return append(rows, compressedRow("one frame", "0"), compressedRow("fragments", "7"))
}

// compressedRow is an echo that the server compresses, whatever its size,
// where the platform has offered to take that.
func compressedRow(what, fragment string) Row {
	return Row{Name: "echo/compressed in " + what, Run: func(t *T) {
		c := t.dial("echo", "compress", "all", "fragment", fragment)
		for _, text := range []string{"", "a", "Hello Hello Hello Hello", strings.Repeat("wörld ", 5000), "a"} {
			t.echoes(c, client.Text(text))
			t.echoes(c, client.Binary([]byte(text)))
		}
	}}
}
