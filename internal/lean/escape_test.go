package lean

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEscapedIsAsInPackageURL(t *testing.T) {
	for _, s := range []string{"", "a", "%", "%2", "%2f", "%fF", "%0g", "%g0", "%%41", "%25%", "a%20b%", "%25%41", "é%C3%A9"} {
		_, err := url.PathUnescape(s)
		assert.Equal(t, err == nil, Escaped(s), s)
	}
}

func TestUnhex(t *testing.T) {
	for c := range 256 {
		want := -1
		if n, err := strconv.ParseUint(string([]byte{byte(c)}), 16, 8); err == nil {
			want = int(n)
		}
		assert.Equal(t, want, Unhex(byte(c)), c)
	}
}
