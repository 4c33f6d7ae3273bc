package native

import (
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amphiwire/amphiwire/internal/transport"
)

func redirectTo(status int, location string) string {
	return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, location)
}

// RFC 6455, section 4.1: "the server might redirect the client using a 3xx
// status code (but clients are not required to follow them)".
func TestRedirectStatuses(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){
					"a.test:80": asked.answering(redirectTo(status, "http://b.test:81/there?x=1#fragment")),
					"b.test:81": asked.accepting,
				}}
				require.NoError(t, dialAndClose(t, config("ws://a.test/here"), h.options()))
				require.Len(t, asked.list, 2)
				assert.Equal(t, "/here", asked.list[0].RequestURI)
				assert.Equal(t, "/there?x=1", asked.list[1].RequestURI)
				assert.Equal(t, "b.test:81", asked.list[1].Host)
				assert.NotEqual(t, asked.list[0].Header["Sec-Websocket-Key"], asked.list[1].Header["Sec-Websocket-Key"],
					"the nonce is new for each connection")
			})
		})
	}
}

func TestRedirectsThatAreNotFollowed(t *testing.T) {
	for _, test := range []struct {
		name, response string
		most           int
	}{
		{"300 offers choices", redirectTo(300, "ws://b.test/"), 10},
		{"304 is no redirect", redirectTo(304, "ws://b.test/"), 10},
		{"without a Location", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 10},
		{"to another scheme", redirectTo(302, "ftp://b.test/"), 10},
		{"to nowhere", redirectTo(302, "ws://"), 10},
		{"to a malformed URL", redirectTo(302, "ws://b.test:port/"), 10},
		{"in a circle", redirectTo(302, "/again"), 10},
		{"where none are wanted", redirectTo(302, "ws://b.test/"), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){
					"a.test:80": asked.answering(test.response), "b.test:80": asked.accepting,
				}}
				o := h.options()
				o.MaxRedirects = test.most
				err := dialAndClose(t, config("ws://a.test/"), o)
				var refusal *transport.HandshakeError
				require.ErrorAs(t, err, &refusal)
				assert.Equal(t, 3, refusal.StatusCode/100)
				assert.LessOrEqual(t, len(asked.list), test.most+1)
			})
		})
	}
}

func TestRedirectNeverLeadsFromWSSToWS(t *testing.T) {
	from := mustURL(t, "wss://a.test/")
	refusal := &transport.HandshakeError{StatusCode: 302, Header: map[string][]string{"Location": {"http://a.test/"}}}
	to, err := redirect(from, refusal)
	require.ErrorIs(t, err, errDowngrade)
	require.Nil(t, to)
}

func TestRedirectCarriesCredentialsToTheSameOriginAlone(t *testing.T) {
	for _, test := range []struct {
		name, location string
		kept           bool
	}{
		{"same origin", "/b", true},
		{"same origin, named", "http://a.test:80/b", true},
		{"same origin, in capitals", "ws://A.TEST/b", true},
		{"other host", "ws://b.test/", false},
		{"other port", "ws://a.test:81/", false},
		{"a subdomain is another host", "ws://x.a.test/", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			from := mustURL(t, "ws://user:secret@a.test/")
			header := http.Header{"authorization": {"x"}, "Cookie": {"y"}, "Host": {"z"}, "X-Other": {"o"}}
			to, err := redirect(from, &transport.HandshakeError{StatusCode: 307, Header: map[string][]string{"Location": {test.location}}})
			require.NoError(t, err)
			carried := carry(header, from, to)
			assert.Equal(t, test.kept, len(carried) == len(header))
			assert.Equal(t, test.kept, to.User != nil)
			assert.Contains(t, carried, "X-Other")
			assert.Len(t, header, 4, "the caller's header is not changed")
		})
	}
}

// A token in a subprotocol is a credential like one in the field
// Authorization.
func TestRedirectCarriesTokensInSubprotocolsToTheSameOriginAlone(t *testing.T) {
	for _, test := range []struct{ name, location, kept string }{
		{"same origin", "/there", "chat, bearer.s3cret, v2.bearer.s3cret"},
		{"another origin", "ws://b.test/", "chat"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked requests
				h := &hosts{serve: map[string]func(net.Conn){
					"a.test:80": func(nc net.Conn) {
						if len(asked.list) == 0 {
							asked.answering(redirectTo(307, test.location))(nc)
							return
						}
						asked.accepting(nc)
					},
					"b.test:80": asked.accepting,
				}}
				c := config("ws://a.test/here")
				c.Subprotocols = []string{"chat", "bearer.s3cret", "v2.bearer.s3cret"}
				require.NoError(t, dialAndClose(t, c, h.options()))
				require.Len(t, asked.list, 2)
				assert.Equal(t, test.kept, asked.list[1].Header.Get("Sec-WebSocket-Protocol"))
				assert.Len(t, c.Subprotocols, 3, "the caller's list is not changed")
			})
		})
	}
}

// Once away, a token does not come back: whoever redirected here may have
// chosen the path.
func TestRedirectBackBringsNoToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked requests
		h := &hosts{serve: map[string]func(net.Conn){
			"a.test:80": asked.answering(redirectTo(307, "ws://b.test/")),
			"b.test:80": asked.answering(redirectTo(307, "ws://a.test/chosen")),
		}}
		c, o := config("ws://user:pass@a.test/here"), h.options()
		c.Subprotocols, o.MaxRedirects = []string{"bearer.s3cret"}, 2
		require.Error(t, dialAndClose(t, c, o))
		require.Len(t, asked.list, 3)
		assert.Empty(t, asked.list[2].Header.Get("Sec-WebSocket-Protocol"))
		assert.Empty(t, asked.list[2].Header.Get("Authorization"))
	})
}
