package testserver

import (
	"go/parser"
	"go/token"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recipes reads the URLs of the package comment's recipes.
func recipes(t *testing.T) (urls []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	_, text, ok := strings.Cut(commentText(file), "# Recipes\n")
	require.True(t, ok)
	text, _, ok = strings.Cut(text, "# Routes\n")
	require.True(t, ok)
	for line := range strings.Lines(text) {
		if at := strings.Index(line, "/ws/"); at >= 0 && line[:1] == "\t" {
			urls = append(urls, strings.TrimSpace(line[at:]))
		}
	}
	return urls
}

// A recipe with a parameter that its route does not take, or not with this
// value, would make a client look better than it is.
func TestEachRecipeIsTaken(t *testing.T) {
	s := Handler(nil).(*site)
	urls := recipes(t)
	assert.Greater(t, len(urls), 10)
	for _, url := range urls {
		r := httptest.NewRequest("GET", url, nil)
		route, ok := s.routes[r.URL.Path]
		require.True(t, ok, url)
		q := parseQuery(r.URL.RawQuery)
		route.prepare(s, q)
		assert.NoError(t, q.err, url)
		for name := range q.values {
			assert.True(t, slices.Contains(q.asked, name), "%s has an unknown parameter %s", url, name)
		}
	}
}
