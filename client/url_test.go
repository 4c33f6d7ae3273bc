package client

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWebSocketURL(t *testing.T) {
	for raw, want := range map[string]string{
		"ws://example.com":                     "ws://example.com",
		"wss://example.com/":                   "wss://example.com/",
		"http://example.com/chat?room=1":       "ws://example.com/chat?room=1",
		"https://example.com":                  "wss://example.com",
		"WS://Example.com":                     "ws://Example.com",
		"HttpS://example.com":                  "wss://example.com",
		"ws://example.com:1":                   "ws://example.com:1",
		"ws://example.com:65535/":              "ws://example.com:65535/",
		"ws://127.0.0.1:8080?x":                "ws://127.0.0.1:8080?x",
		"ws://[::1]":                           "ws://[::1]",
		"ws://[::1]:8080/p":                    "ws://[::1]:8080/p",
		"ws://user:pass@example.com/":          "ws://user:pass@example.com/",
		"ws://user@[::1]:1/":                   "ws://user@[::1]:1/",
		"ws://example.com/a%20b?c=%23":         "ws://example.com/a%20b?c=%23",
		"ws://example.com/?redirect=http://x/": "ws://example.com/?redirect=http://x/",
		"ws://example.com/@me:x":               "ws://example.com/@me:x",
		"ws://example.com:":                    "ws://example.com:",
		"ws://[fe80::1%25eth0]/":               "ws://[fe80::1%25eth0]/",
		"ws://ex_am-ple.com./":                 "ws://ex_am-ple.com./",
		"ws://us%40er:p@s:s@example.com/%fF":   "ws://us%40er:p@s:s@example.com/%fF",
	} {
		got, err := websocketURL(raw)
		require.NoError(t, err, raw)
		assert.Equal(t, want, got, raw)
	}
}

func TestWebSocketURLRefuses(t *testing.T) {
	for raw, why := range map[string]string{
		"":                          "no scheme",
		"example.com":               "no scheme",
		"example.com:80":            "no scheme",
		"/path":                     "no scheme",
		"ws:/example.com":           "no scheme",
		"ftp://example.com":         `unknown scheme "ftp"`,
		"://example.com":            `unknown scheme ""`,
		" ws://example.com":         `unknown scheme " ws"`,
		"ws://":                     "no host",
		"ws:///path":                "no host",
		"ws://?query":               "no host",
		"ws://:80":                  "no host",
		"ws://user@":                "no host",
		"ws://user@:80/":            "no host",
		"ws://example.com:port":     "is not a number",
		"ws://example.com:-1":       "is not a number",
		"ws://example.com:65536":    "is not a number",
		"ws://example.com:80:80":    "is not a number",
		"ws://::1/":                 "no host",
		"ws://[::1":                 "no ]",
		"ws://[::1]8080":            "neither port nor path",
		"ws://example.com/#":        "no fragment",
		"ws://example.com#fragment": "no fragment",
		"ws://example.com/a b":      `" " must be percent-encoded`,
		"ws://example.com/\n":       `"\n" must be percent-encoded`,
		"ws://example.com/\x7f":     "must be percent-encoded",
		"ws://example.com/é":        "must be percent-encoded",
		"ws://exämple.com/":         "must be percent-encoded",
		`ws://example.com\path`:     `"\\" must be percent-encoded`,
		`ws://example.com/"`:        "must be percent-encoded",
		"ws://example.com/<>":       "must be percent-encoded",
		"ws://exa^mple.com/":        "in the host",
		"ws://exa%6dple.com/":       "in the host",
		"ws://example.com/\r\nX: y": "must be percent-encoded",
		"ws://example.com/\x00":     "must be percent-encoded",
		"ws://example.com/%":        "a % without two",
		"ws://example.com/%2":       "a % without two",
		"ws://example.com/%g0":      "a % without two",
		"ws://example.com/?a=%0g":   "a % without two",
		"ws://example.com/%25%":     "a % without two",
		"ws://%@example.com/":       "a % without two",
		"ws://[fe80::1%eth0]/":      "a % without two",
	} {
		_, err := websocketURL(raw)
		if assert.Error(t, err, raw) {
			assert.Contains(t, err.Error(), why, raw)
		}
	}
}

func TestRedact(t *testing.T) {
	for url, want := range map[string]string{
		"ws://example.com/chat":                       "ws://example.com/chat",
		"ws://example.com:80/@me":                     "ws://example.com:80/@me",
		"wss://user:secret@example.com/chat?t=secret": "wss://example.com/chat?…",
		"ws://secret@secret@example.com":              "ws://example.com",
		"ws://example.com?secret":                     "ws://example.com?…",
		"ws://example.com/#secret":                    "ws://example.com/#…",
		"ws://example.com/?secret#secret":             "ws://example.com/?…",
		"ws://example.com/#secret?secret":             "ws://example.com/#…",
		"ws://user:secret@[::1]:80/":                  "ws://[::1]:80/",
		"ws://user:secret@":                           "ws://…",
		"ws://user:sec/ret@example.com/":              "ws://…",
		"example.com/chat":                            "example.com/chat",
		"user:secret@example.com/":                    "…",
		"example.com/?secret":                         "…",
		"":                                            "",
		"ws://example.com/a\nb?secret":                "…",
		"ws://user:sec\nret@example.com/":             "…",
		"secret\n@example.com":                        "…",
		"ws://secret\n@example.com":                   "…",
		"bad\nurl":                                    "…",
		"\tws://user:secret@example.com/":             "…",
		"ws\x7f://user:secret@example.com/":           "…",
		"ws://example.com/é":                          "ws://example.com/é",
	} {
		assert.Equal(t, want, redact(url))
	}
}
