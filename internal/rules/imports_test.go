package rules

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestImportsPlanted(t *testing.T) {
	const js, native = "//go:build js\n\n", "//go:build !js\n\n"
	of := func(pkg, constraint, path string) string {
		return constraint + "package " + pkg + "\n\nimport _ \"" + path + "\"\n"
	}
	ours := func(dir string) string { return module + "/" + dir }
	check(t, Imports, []planted{
		{"down an arrow", []string{"client/x.go", of("client", "", ours("internal/transport"))}, nil},
		{"up an arrow", []string{"internal/transport/x.go", of("transport", "", ours("client"))},
			[]string{"internal/transport/x.go:3: internal/transport must not import " + ours("client")}},
		{"sideways", []string{"sse/x.go", of("sse", "", ours("client"))},
			[]string{"sse/x.go:3: sse must not import " + ours("client")}},
		{"the native transport natively", []string{"client/x_native.go", of("client", native, ours("transport_native"))}, nil},
		{"the native transport on js", []string{"client/x_js.go", of("client", js, ours("transport_native"))},
			[]string{"client/x_js.go:5: client must not import " + ours("transport_native")}},
		{"the native transport everywhere", []string{"client/x.go", of("client", "", ours("transport_native"))},
			[]string{"client/x.go:3: client must not import " + ours("transport_native")}},
		{"the browser's transport on js", []string{"client/x_js.go", of("client", js, ours("transport_wasm"))}, nil},
		{"the browser's transport natively", []string{"client/x_native.go", of("client", native, ours("transport_wasm"))},
			[]string{"client/x_native.go:5: client must not import " + ours("transport_wasm")}},
		{"the server from the conformance rows", []string{"internal/conformance/x.go", of("conformance", "", ours("testserver"))},
			[]string{"internal/conformance/x.go:3: internal/conformance must not import " + ours("testserver")}},
		{"another module", []string{"client/x.go", of("client", "", "github.com/coder/websocket")},
			[]string{"client/x.go:3: client must not import github.com/coder/websocket"}},
		{"an allowed module, its packages too", []string{"internal/rfc7692/x.go", of("rfc7692", "", "github.com/klauspost/compress/flate")}, nil},
		{"a module whose name only begins alike", []string{"internal/rfc7692/x.go", of("rfc7692", "", "github.com/klauspost/compressor")},
			[]string{"internal/rfc7692/x.go:3: internal/rfc7692 must not import github.com/klauspost/compressor"}},
		{"a folder below an allowed one is another folder", []string{"testserver/cmd/testserver/x.go", of("main", "", ours("testserver/secret"))},
			[]string{"testserver/cmd/testserver/x.go:3: testserver/cmd/testserver must not import " + ours("testserver/secret")}},
		{"testify in a test", []string{"client/x_test.go", of("client", "", testify+"/require")}, nil},
		{"testify in code", []string{"client/x.go", of("client", "", testify+"/require")},
			[]string{"client/x.go:3: client must not import " + testify + "/require"}},
		{"the leak check in code", []string{"client/x.go", of("client", "", ours("internal/leakcheck"))},
			[]string{"client/x.go:3: client must not import " + ours("internal/leakcheck")}},
		{"an external test imports its package", []string{"sse/x_test.go", of("sse_test", "", ours("sse"))}, nil},
		{"syscall/js", []string{"sse/x_js.go", of("sse", js, "syscall/js")},
			[]string{"sse/x_js.go:5: only internal/browser imports syscall/js"}},
		{"syscall/js where it belongs", []string{"internal/browser/x_js.go", of("browser", js, "syscall/js")}, nil},
		{"syscall/js in a test of what pages do", []string{"internal/pages/x_js_test.go", of("pages", js, "syscall/js")}, nil},
		{"syscall/js beside such a test", []string{"internal/pages/x_js.go", of("pages", js, "syscall/js")},
			[]string{"internal/pages/x_js.go:5: only internal/browser imports syscall/js"}},
		{"syscall/js in an example, which is a program like a user's", []string{"examples/echo/x_js.go", of("main", js, "syscall/js")}, nil},
		{"syscall/js beside the examples", []string{"internal/demo/x_js.go", of("main", js, "syscall/js")},
			[]string{"internal/demo/x_js.go:5: only internal/browser imports syscall/js"}},
		{"a running server in an example's test", []string{"examples/echo/x_test.go", of("main", "", ours("internal/companion"))}, nil},
		{"a running server in an example", []string{"examples/echo/x.go", of("main", "", ours("internal/companion"))},
			[]string{"examples/echo/x.go:3: examples/echo must not import " + ours("internal/companion")}},
		{"a clock in protocol code", []string{"internal/rfc6455/x.go", of("rfc6455", "", "time")},
			[]string{"internal/rfc6455/x.go:3: internal/rfc6455 must not import time"}},
		{"a clock in a test of protocol code", []string{"internal/rfc6455/x_test.go", of("rfc6455", "", "time")}, nil},
		{"a folder without a row", []string{"internal/helpers/x.go", "package helpers\n"},
			[]string{"internal/helpers/x.go:1: folder internal/helpers has no row in the import graph"}},
		{"a folder under a star", []string{"examples/echo/x.go", of("main", "", ours("client"))}, nil},
		{"a module of its own", []string{"internal/benchmarks/go.mod", "", "internal/benchmarks/x.go", of("main", "", "github.com/coder/websocket")}, nil},
	})
}

func TestBannedPlanted(t *testing.T) {
	const client = module + "/client"
	for _, c := range []struct {
		name     string
		packages Packages
		want     []string
	}{
		{"none", Packages{client: {"context", "math/rand/v2"}, "context": {"sync"}}, nil},
		{"named with the chain that brings it in",
			Packages{client: {"net/url"}, "net/url": {"fmt"}, "fmt": {"os"}},
			[]string{"net/url is in the js build (+266 KB, and it brings fmt; the browser has URL): " + client + " → net/url"}},
		{"through a dependency",
			Packages{client: {module + "/internal/a"}, module + "/internal/a": {"example.org/b"}, "example.org/b": {"encoding/json"}},
			[]string{"encoding/json is in the js build (+372 KB; what is in a message is the program's business): " +
				client + " → " + module + "/internal/a → example.org/b → encoding/json"}},
		{"a folder of packages",
			Packages{client: {"crypto/sha1"}},
			[]string{"crypto/sha1 is in the js build (crypto/tls +1560 KB, crypto/rand +170 KB; the browser does TLS and has getRandomValues): " +
				client + " → crypto/sha1"}},
		{"and not what replaces it",
			Packages{client: {"math/rand/v2", "example.org/b"}, "example.org/b": {"math/rand"}},
			[]string{"math/rand is in the js build (+61 KB; math/rand/v2 costs 2 KB): " + client + " → example.org/b → math/rand"}},
		{"reflect by ourselves", Packages{client: {"reflect"}},
			[]string{"reflect is in the js build (MethodByName switches off the pruning of methods, +130 KB): " + client + " → reflect"}},
		{"reflect by others", Packages{client: {"encoding/binary"}, "encoding/binary": {"reflect"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, Banned([]string{client}, c.packages)) })
	}
}

// Every ban says why: without a reason the next reader can only obey or not.
func TestBansHaveReasons(t *testing.T) {
	for _, b := range banned {
		assert.NotEmpty(t, b.why, b.path)
		assert.True(t, b.matches(strings.TrimSuffix(b.path, "/...")), b.path)
	}
}
