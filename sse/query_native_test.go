//go:build !js

package sse

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestQueriesAreEscapedAsInABrowser(t *testing.T) {
	for query, want := range map[string]string{
		"":                         "",
		"a=b&c=%41%zz+-._~!$()*,;": "a=b&c=%41%zz+-._~!$()*,;",
		"|^`{}[]\\@:/?=":           "|^`{}[]\\@:/?=",
		"größe=€😀":                 "gr%C3%B6%C3%9Fe=%E2%82%AC%F0%9F%98%80",
		"\" #'<>\x01\x7f\xff":      "%22%20%23%27%3C%3E%01%7F%FF",
	} {
		u := &url.URL{RawQuery: query}
		escapeQuery(u)
		assert.Equal(t, want, u.RawQuery)
	}
}

func TestC6QueriesOfRedirectsAreEscaped(t *testing.T) {
	withServer(t, redirect(302, "/other?a=ß&b='"), func(t *testing.T, s *server) {
		s.connect(Options{})
		assert.Equal(t, "/other?a=%C3%9F&b=%27", s.requests()[1].target)
	})
}
