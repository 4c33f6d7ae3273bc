package testserver

import (
	"compress/gzip"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRawStreamMayBeCompressed(t *testing.T) {
	s := New(t)
	const target = "/sse/raw?c=ab&c=cd&delay=1&gzip=1&then="
	unzip := func(t *testing.T, then string) io.Reader {
		resp := get(t, s, target+then, "Accept-Encoding", "gzip") // so that net/http leaves it as it is
		require.Equal(t, "gzip", resp.Header.Get("Content-Encoding"))
		z, err := gzip.NewReader(resp.Body)
		require.NoError(t, err)
		return z
	}
	t.Run("to its end", func(t *testing.T) {
		all, err := io.ReadAll(unzip(t, "eof"))
		assert.NoError(t, err)
		assert.Equal(t, "abcd", string(all))
		assert.Equal(t, 204, get(t, s, target+"eof", "Accept-Encoding", "gzip").StatusCode)
	})
	t.Run("flush by flush", func(t *testing.T) {
		part := make([]byte, 4)
		_, err := io.ReadFull(unzip(t, "hang"), part)
		assert.NoError(t, err)
		assert.Equal(t, "abcd", string(part))
	})
	t.Run("cut off", func(t *testing.T) {
		all, err := io.ReadAll(unzip(t, "drop"))
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, "abcd", string(all))
	})
	t.Run("not for a client that does not take it", func(t *testing.T) {
		resp := get(t, s, target+"hang", "Accept-Encoding", "identity")
		assert.Empty(t, resp.Header.Get("Content-Encoding"))
		wantPart(t, resp, "abcd")
	})
}
