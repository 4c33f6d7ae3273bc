package sse

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestC1GoodURLs(t *testing.T) {
	for raw, want := range map[string]target{
		"http://example.com":                {url: "http://example.com"},
		"http://example.com/":               {url: "http://example.com/"},
		"HTTPS://Example.com/a?b=c":         {url: "HTTPS://Example.com/a?b=c"},
		"http://example.com?b=c":            {url: "http://example.com?b=c"},
		"http://example.com:8080/":          {url: "http://example.com:8080/"},
		"http://example.com:/":              {url: "http://example.com:/"},
		"http://example.com:0/":             {url: "http://example.com:0/"},
		"http://[::1]/":                     {url: "http://[::1]/"},
		"http://[::1]:8080/":                {url: "http://[::1]:8080/"},
		"http://[::ffff:1.2.3.4]/":          {url: "http://[::ffff:1.2.3.4]/"},
		"http://example.com/a%20b?%zz":      {url: "http://example.com/a%20b?%zz"},
		"http://example.com/a#fragment":     {url: "http://example.com/a"},
		"http://example.com/a?b#frag ment":  {url: "http://example.com/a?b"},
		"http://example.com/ä":              {url: "http://example.com/ä"},
		"http://bücher.example/":            {url: "http://bücher.example/"},
		"http://a_b.example/":               {url: "http://a_b.example/"},
		"http://example.com/a@b:c":          {url: "http://example.com/a@b:c"},
		"http://user:pass@example.com/a":    {url: "http://example.com/a", authorization: "Basic dXNlcjpwYXNz"},
		"http://user@example.com/":          {url: "http://example.com/", authorization: "Basic dXNlcjo="},
		"http://us%3Aer:p%40s@example.com/": {url: "http://example.com/", authorization: "Basic dXM6ZXI6cEBz"},
		"http://100%:x%2@example.com/":      {url: "http://example.com/", authorization: "Basic MTAwJTp4JTI="},
	} {
		t.Run(raw, func(t *testing.T) {
			got, err := parseURL(raw)
			require.NoError(t, err)
			assert.Equal(t, want, got)
			_, err = url.Parse(got.url)
			assert.NoError(t, err, "net/url agrees")
		})
	}
}

// C1: a bad URL is an error before any request.
func TestC1BadURLs(t *testing.T) {
	for _, raw := range []string{
		"", "/", "events", "/events", "//example.com/", "example.com", "http:", "http:/", "http://", "http:///path", "http://?q",
		"://example.com", "ws://example.com/", "wss://example.com/", "ftp://example.com/", "file:///etc/passwd", "data://x",
		"javascript://x", "http//example.com", "http:example.com", " http://example.com/", "http://example.com/a b",
		"http://exam ple.com/", "http://example.com/\n", "http://example.com/\t", "http://example.com/\x00",
		"http://example.com/\x7f", "http://example.com:port/", "http://example.com:65536/", "http://example.com:-1/",
		"http://example.com:+1/", "http://example.com:1:2/", "http://:80/", "http://[::1/", "http://::1/", "http://[::1]80/",
		"http://[]/", "http://[1]/", "http://[::g]/", "http://user@/", "http://a%41b/", "http://<a>/", "http://a\\b/",
		"http://a|b/", "http://a^b/", "http://example.com/%", "http://example.com/%z1", "http://example.com/%1",
	} {
		t.Run(raw, func(t *testing.T) {
			_, err := parseURL(raw)
			var bad *urlError
			require.True(t, errors.As(err, &bad), "%v", err)
			_, err = Connect(t.Context(), raw, nil)
			var ce *ConnectError
			require.True(t, errors.As(err, &ce), "%v", err)
			assert.Equal(t, withoutUser(raw), ce.URL)
			assert.Zero(t, ce.StatusCode)
		})
	}
}

// Whatever net/http would refuse at every attempt must be refused here, once.
func FuzzNetURLAcceptsWhatIsGood(f *testing.F) {
	for _, raw := range []string{"http://a/", "http://[::1]:1/?a=b", "https://u:p@h/%41", "http://a:1", "http://a%b/"} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		good, err := parseURL(raw)
		if err != nil {
			return
		}
		u, err := url.Parse(good.url)
		require.NoError(t, err, "%q", good.url)
		assert.NotEmpty(t, u.Host)
		assert.Nil(t, u.User)
		assert.Empty(t, u.Fragment)
	})
}

func TestWithQuery(t *testing.T) {
	assert.Equal(t, "http://a/?lastEventId=7", withQuery("http://a/", "lastEventId", "7"))
	assert.Equal(t, "http://a/?x=y&id=a%20b%26c%3D%2B%C3%A4-._~", withQuery("http://a/?x=y", "id", "a b&c=+ä-._~"))
	for _, id := range []string{"7", "a b", "\x01\x7f", "ä€😀", "100%", "a+b", "\xff"} {
		u, err := url.Parse(withQuery("http://a/", "id", id))
		require.NoError(t, err)
		assert.Equal(t, id, u.Query().Get("id"))
	}
}

func TestErrorsDoNotShowPasswords(t *testing.T) {
	for raw, want := range map[string]string{
		"http://user:pass@example.com/a@b": "http://example.com/a@b",
		"http://user:p@ss@example.com":     "http://example.com",
		"ws://user:pass@example.com?a@b":   "ws://example.com?a@b",
		"http://example.com/a@b":           "http://example.com/a@b",
		"http://example.com":               "http://example.com",
		"user:pass@example.com/a":          "example.com/a", // what would be a URL
		"http:/user:pass@example.com/a":    "example.com/a",
		"//user:pass@example.com":          "example.com",
		"no URL at all":                    "no URL at all",
		"":                                 "",
	} {
		assert.Equal(t, want, withoutUser(raw))
	}
}
