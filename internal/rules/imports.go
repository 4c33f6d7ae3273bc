package rules

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// A row says what one folder may import beside the standard library: our own
// folders by their names, other modules by their paths.
type row struct {
	dir    string
	always []string // in every file
	native []string // in files of the native build too
	js     []string // in files of the js build too
	tests  []string // in test files too
	std    []string // packages of the standard library that it must not import
}

// noIO is what protocol code must not import: it takes and returns bytes, so
// that a fuzzer can drive all of it and no test needs a clock.
var noIO = []string{"net", "net/http", "net/url", "os", "time", "sync", "sync/atomic", "context"}

// graph is the import graph of the whole module. Arrows point one way: the
// public packages stand on the transports, these on the protocol code, and
// nothing points back.
var graph = []row{
	{dir: "client", always: []string{"internal/lean", "internal/transport", "internal/retry", "internal/notify"},
		native: []string{"transport_native"}, js: []string{"transport_wasm"},
		tests: []string{"testserver", "internal/rfc6455"}},
	{dir: "transport_native", always: []string{"internal/transport", "internal/rfc6455", "internal/rfc7692", "golang.org/x/net"},
		tests: []string{"testserver"}},
	{dir: "transport_wasm", always: []string{"internal/lean", "internal/transport"}, js: []string{"internal/browser"}},
	{dir: "sse", always: []string{"internal/lean", "internal/eventstream", "internal/retry", "internal/notify"}, js: []string{"internal/browser"},
		native: []string{"golang.org/x/net"}, tests: []string{"testserver"}},
	{dir: "sse/ssejson", always: []string{"sse"}},
	{dir: "testserver", always: []string{"internal/rfc6455", "internal/rfc7692", "internal/eventstream"}},
	{dir: "testserver/cmd/testserver", always: []string{"testserver"}},
	{dir: "wasm_exec"},

	{dir: "internal/rfc6455", std: noIO},
	{dir: "internal/eventstream", always: []string{"internal/lean"}, std: noIO},
	{dir: "internal/rfc7692", always: []string{"github.com/klauspost/compress"},
		std: []string{"net", "net/http", "net/url", "os", "time", "context"}},
	{dir: "internal/transport", always: []string{"internal/lean"}, std: []string{"net", "net/http", "net/url", "os"}},
	{dir: "internal/retry", always: []string{"internal/lean"}, native: []string{"github.com/cenkalti/backoff/v4"}},
	{dir: "internal/notify"},
	{dir: "internal/browser", always: []string{"internal/lean"}},
	{dir: "internal/lean", std: []string{"errors", "strings", "bytes"}},
	{dir: "internal/memnet"},
	{dir: "internal/leakcheck"},

	// The rows reach a server by its URL alone, so that they can run where no
	// server can; companion runs it as a process.
	{dir: "internal/conformance", always: []string{"client", "sse", testify}, js: []string{"internal/browser"}, tests: []string{"internal/companion"}},
	{dir: "internal/pages", tests: []string{"client", "sse", "internal/browser", "internal/companion"}},
	{dir: "internal/companion"},
	{dir: "internal/targets", always: []string{"internal/companion"}},
	{dir: "internal/interop", tests: []string{"client", "sse", "testserver", "internal/companion"}},
	{dir: "internal/suite", tests: []string{"client", "testserver"}},
	{dir: "internal/rules"},
	{dir: "internal/size"},
	{dir: "internal/glue", tests: []string{"testserver", "internal/companion"}},
	{dir: "internal/glue/program", always: []string{"client"}},
	{dir: "internal/benchwasm", always: []string{"testserver", "internal/companion"}},
	{dir: "internal/benchwasm/page", always: []string{"client"}},

	{dir: "examples/*", always: []string{"client", "sse", "testserver"}, tests: []string{"internal/companion"}},
	{dir: "internal/demo", always: []string{"examples/*", "testserver", "internal/companion"}},
}

const testify = "github.com/stretchr/testify"

// everyTest is what the tests of every folder may import.
var everyTest = []string{testify, "internal/leakcheck", "internal/memnet"}

// onlyBrowser may be imported by internal/browser alone: whatever decides
// something can then be tested without a browser. The tests of internal/pages
// play the browser's part, and examples are programs like a user's, which work
// on their page.
const onlyBrowser = "syscall/js"

// Imports finds imports that the graph does not hold.
func Imports(t *Tree) []string { return t.imports(graph) }

func (t *Tree) imports(graph []row) []string {
	var problems []string
	for _, f := range t.Go {
		if f.Nested {
			continue // its own go.mod says what it needs
		}
		r, ok := rowOf(graph, f.Dir)
		if !ok {
			problems = append(problems, f.Path+":1: folder "+f.Dir+" has no row in the import graph")
			continue
		}
		for _, imp := range f.AST.Imports {
			if why := r.refuses(f, importPath(imp)); why != "" {
				problems = append(problems, t.problem(imp.Pos(), "%s", why))
			}
		}
	}
	return problems
}

func importPath(imp *ast.ImportSpec) string {
	p, _ := strconv.Unquote(imp.Path.Value) // the parser has checked it
	return p
}

// rowOf finds the row of dir: the one that names it, else one with a star.
func rowOf(graph []row, dir string) (row, bool) {
	i := slices.IndexFunc(graph, func(r row) bool { return r.dir == dir })
	if i < 0 {
		i = slices.IndexFunc(graph, func(r row) bool { return under(dir, r.dir) })
	}
	if i < 0 {
		return row{}, false
	}
	return graph[i], true
}

// refuses says why f may not import path, or nothing.
func (r row) refuses(f *File, path string) string {
	switch {
	case path == onlyBrowser:
		if f.Dir != "internal/browser" && (f.Dir != "internal/pages" || !f.Test()) && !under(f.Dir, "examples/*") {
			return "only internal/browser imports " + onlyBrowser
		}
	case standard(path):
		if !f.Test() && slices.Contains(r.std, path) {
			return f.Dir + " must not import " + path
		}
	case !r.allows(f, strings.TrimPrefix(path, module+"/")):
		return f.Dir + " must not import " + path
	}
	return ""
}

func (r row) allows(f *File, path string) bool {
	allowed := slices.Clone(r.always)
	if !f.JS() {
		allowed = append(allowed, r.native...)
	}
	if f.Constrained() && f.JS() {
		allowed = append(allowed, r.js...)
	}
	if f.Test() {
		allowed = append(append(append(allowed, r.tests...), everyTest...), f.Dir) // its external tests import it
	}
	return slices.ContainsFunc(allowed, func(a string) bool { return path == a || under(path, a) })
}

// under reports whether path is in the module or folder that pattern names. A
// folder of ours stands for itself alone, unless it ends in a star.
func under(path, pattern string) bool {
	if dir, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(path, dir+"/")
	}
	return !standard(pattern) && strings.HasPrefix(path, pattern+"/")
}

// standard reports whether path belongs to the standard library, whose first
// element never holds a dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
