//go:build !js

package sse

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestC6TheBodyOfARedirectNeedNotEnd(t *testing.T) {
	for _, text := range []string{"", "moved"} {
		answer := func(w http.ResponseWriter, r *http.Request, n int) {
			redirect(302, "/other")(w, r, n)
			if r.URL.Path == "/stream" {
				io.WriteString(w, text)
				w.(http.Flusher).Flush()
				<-r.Context().Done()
			}
		}
		withServer(t, answer, func(t *testing.T, s *server) {
			assert.Equal(t, "1", receive(t, s.connect(Options{}), 1)[0].Data)
		})
	}
}

func TestTheBodyOfARedirectThatIsNotFollowedIsInTheError(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request, _ int) {
		w.Header().Set("Location", "/other")
		w.WriteHeader(302)
		io.WriteString(w, "moved")
	}
	withServer(t, answer, func(t *testing.T, s *server) {
		s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		assert.Equal(t, "moved", string(failed(t, s, Options{}).Body))
	})
}
