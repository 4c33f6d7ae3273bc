//go:build js

package browser

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhoReadsAhead(t *testing.T) {
	const like = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/"
	for agent, want := range map[string]bool{
		"":           false,
		"Node.js/22": false,
		like + "537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36":           false,
		like + "537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36":   false,
		like + "537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0": false,
		like + "605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":           true,
		like + "605.1.15 (KHTML, like Gecko) CriOS/156.0 Mobile/15E148 Safari/604.1": true, // on an iPhone
		"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0":     true,
	} {
		assert.Equal(t, want, readsAhead(agent), agent)
	}
}
