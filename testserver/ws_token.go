package testserver

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// prepareToken serves those alone who bring a token, by whichever carrier.
func prepareToken(_ *site, q *query, e *endpoint) {
	want, status, inQuery := q.text("token", "secret"), q.int("status", http.StatusUnauthorized, 400, 599), q.text("access_token", "")
	e.opts.Authorize = func(w http.ResponseWriter, r *http.Request) bool {
		if inQuery == want || bearerOf(r) == want {
			return true
		}
		answer(w, status, http.Header{"Www-Authenticate": {"Bearer"}}, "token, please")
		return false
	}
	e.serve = (*Peer).echoAll
}

// bearerOf returns the token in a request's header: in the field
// Authorization, or in an offered subprotocol, which is in base64url there.
func bearerOf(r *http.Request) string {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return token
	}
	for _, offered := range strings.Split(strings.Join(r.Header.Values("Sec-WebSocket-Protocol"), ","), ",") {
		if encoded, ok := strings.CutPrefix(strings.TrimSpace(offered), "bearer."); ok {
			token, _ := base64.RawURLEncoding.DecodeString(encoded) // what is malformed is no token
			return string(token)
		}
	}
	return ""
}
