package testserver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// documented reads the table in the package comment: a line that begins with
// a slash is a route, those indented further are what it does.
func documented(t *testing.T) (routes []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	_, text, ok := strings.Cut(commentText(file), "# WebSocket\n")
	require.True(t, ok, "the heading of the table")
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "\t/"):
			routes = append(routes, strings.TrimSpace(line))
		case strings.HasPrefix(line, "\t"):
			require.NotEmpty(t, routes)
			routes[len(routes)-1] += " " + strings.TrimSpace(line)
		}
	}
	return routes
}

// commentText is the comment without its slashes. Doc.Text would not do: it
// is made for printing.
func commentText(file *ast.File) string {
	var b strings.Builder
	for _, line := range file.Doc.List {
		b.WriteString(strings.TrimPrefix(line.Text, "//") + "\n")
	}
	return b.String()
}

func TestThePackageCommentIsTheTableOfRoutes(t *testing.T) {
	var registered []string
	for _, r := range table() {
		registered = append(registered, r.path+r.query+" "+r.text)
	}
	assert.Equal(t, registered, documented(t))
}

// parameters returns the names in a route's query, as it is documented.
func parameters(r route) []string {
	values, err := url.ParseQuery(strings.TrimPrefix(r.query, "?"))
	if err != nil {
		return []string{err.Error()}
	}
	return slices.Sorted(maps.Keys(values))
}

// The parameters of all WebSocket routes are documented once.
var common = []string{"protocols", "id", "await", "compress", "nocontext", "windowbits"}

func TestEachRouteReadsTheParametersThatItDocuments(t *testing.T) {
	s := Handler(nil).(*site)
	for _, r := range table() {
		t.Run(r.path, func(t *testing.T) {
			q := parseQuery("")
			require.NotNil(t, r.prepare(s, q))
			assert.NoError(t, q.err, "the defaults are good")
			asked := slices.DeleteFunc(q.asked, func(name string) bool { return slices.Contains(common, name) })
			assert.ElementsMatch(t, parameters(r), asked)
		})
	}
}

// A documented default is what the route does without the parameter: it must
// at least be a value that the route takes.
func TestEachDocumentedDefaultIsTaken(t *testing.T) {
	s := Handler(nil).(*site)
	for _, r := range table() {
		first, _, _ := strings.Cut(r.query, "|")
		q := parseQuery(strings.TrimPrefix(first, "?"))
		r.prepare(s, q)
		assert.NoError(t, q.err, r.path)
	}
}

func TestThePathsDiffer(t *testing.T) {
	assert.Len(t, Handler(nil).(*site).routes, len(table()))
}
