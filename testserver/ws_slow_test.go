package testserver

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// What follows the pause is the ordinary handshake, which is refused here:
// the request is none.
func TestSlowWaitsBeforeTheHandshake(t *testing.T) {
	for query, want := range map[string]time.Duration{"": 500 * time.Millisecond, "?handshake=0": 0, "?handshake=60000": time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			start, w := time.Now(), httptest.NewRecorder()
			Handler(nil).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/ws/slow"+query, nil))
			assert.Equal(t, want, time.Since(start))
			assert.Equal(t, http.StatusUpgradeRequired, w.Code)
		})
	}
}

func TestSlowEchoesInTheEnd(t *testing.T) {
	c := open(t, New(t), "/ws/slow?handshake=1&echo=1")
	c.send(text, "Hello")
	c.want(text, "Hello")
	c.close()
}
