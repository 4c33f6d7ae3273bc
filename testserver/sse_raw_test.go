package testserver

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRawStreamSendsItsChunksThenEnds(t *testing.T) {
	s := New(t)
	const query = "/sse/raw?c=data:%20a%0D&c=%0A%0D%0A&c=%FF%00&delay=1&then="
	const want = "data: a\r\n\r\n\xff\x00"
	t.Run("eof", func(t *testing.T) { wantBody(t, get(t, s, query+"eof"), want) })
	t.Run("drop", func(t *testing.T) { wantCut(t, get(t, s, query+"drop"), want) })
	t.Run("hang", func(t *testing.T) { wantPart(t, get(t, s, query+"hang"), want) })
	t.Run("nothing", func(t *testing.T) { wantBody(t, get(t, s, "/sse/raw"), "") })
}

// A receiver that reconnects is told to stop, and the next test finds the
// route as it was.
func TestRawStreamAnswersEverySecondRequestWith204(t *testing.T) {
	s := New(t)
	for _, target := range []string{"/sse/raw?c=a", "/sse/raw?c=b&key=k"} {
		for _, status := range []int{200, 204, 200, 204} {
			assert.Equal(t, status, get(t, s, target).StatusCode)
		}
	}
	assert.Equal(t, 200, get(t, s, "/sse/raw?c=other&key=k").StatusCode)
	assert.Equal(t, 204, get(t, s, "/sse/raw?c=b&key=k").StatusCode, "the key decides, not the chunks")
}

func TestRawStreamFlushesEachChunk(t *testing.T) {
	resp := get(t, New(t), "/sse/raw?c=ab&c=cd&delay=60000")
	wantPart(t, resp, "ab") // a minute before the rest
}

func TestRawStreamHasAnotherBodyForTheReceiverThatComesBack(t *testing.T) {
	s := New(t)
	const target = "/sse/raw?c=a&again=b&again=c&delay=1"
	wantBody(t, get(t, s, target), "a")
	wantPart(t, get(t, s, target), "bc")
	wantBody(t, get(t, s, target), "a")
}

func TestRawStreamShowsTheRequestOfTheReceiverThatComesBack(t *testing.T) {
	s := New(t)
	const target = "/sse/raw?c=a&then=request"
	wantBody(t, get(t, s, target), "a")
	wantPart(t, get(t, s, target), `data: {"method":"GET","target":"/sse/raw?c=a\u0026then=request"`)
}

func TestRawStreamAnswersWithAStatusInBetween(t *testing.T) {
	s := New(t)
	const target = "/sse/raw?c=a&again=b&status=503"
	wantBody(t, get(t, s, target), "a")
	assert.Equal(t, 503, get(t, s, target).StatusCode)
	for range 3 {
		wantPart(t, get(t, s, target), "b")
	}
}

func TestRawStreamIsCutOffInBetween(t *testing.T) {
	s := New(t)
	const target = "/sse/raw?c=a&again=b&status=0"
	wantBody(t, get(t, s, target), "a")
	// net/http asks again by itself if the connection had been used before.
	for resp, err := s.HTTPClient().Get(s.URL() + target); ; resp, err = s.HTTPClient().Get(s.URL() + target) {
		if err == nil {
			defer resp.Body.Close()
			wantPart(t, resp, "b")
			return
		}
	}
}

func TestRawThatPermitsNothing(t *testing.T) {
	s := New(t)
	for query, want := range map[string]int{"": 204, "?permit=1": 204, "?permit=0": 405} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, s.URL()+"/sse/raw"+query, nil)
		require.NoError(t, err)
		resp, err := s.HTTPClient().Do(r)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, want, resp.StatusCode, query)
	}
}
