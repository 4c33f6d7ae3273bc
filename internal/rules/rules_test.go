package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files of TestAPI anew")

// root is the repository's root folder, seen from this package's.
const root = "../.."

// repository loads the repository itself.
func repository(t *testing.T) *Tree {
	t.Helper()
	tree, err := Load(os.DirFS(root))
	require.NoError(t, err)
	require.Greater(t, len(tree.Go), 10, "this is not the repository")
	return tree
}

// report fails t with each problem in a line of its own.
func report(t *testing.T, problems []string) {
	t.Helper()
	for _, p := range problems {
		t.Error(p)
	}
}

func TestFiles(t *testing.T) {
	tree := repository(t)
	for name, rule := range map[string]func(*Tree) []string{
		"the root folder holds only the listed names":                   Root,
		"every file is formatted by gofmt":                              Gofmt,
		"build constraints only in _native.go and _js.go":               Constraints,
		"no exported name in a constrained file but NativeOptions":      ExportedOnce,
		"exactly one package comment per folder, where all targets see": PackageComments,
		"no file of 500 lines or more":                                  Length,
		"no mark for work left over":                                    Marks,
		"no time.Sleep in tests with a real clock":                      Sleeps,
		"no copy of the toolchain's wasm_exec.js":                       Glue,
	} {
		t.Run(name, func(t *testing.T) { report(t, rule(tree)) })
	}
}

func TestExported(t *testing.T) { report(t, Undocumented(repository(t))) }

func TestImports(t *testing.T) { report(t, Imports(repository(t))) }

func TestBannedInJS(t *testing.T) {
	roots := []string{module + "/client", module + "/sse"}
	out := run(t, "js", "go", append([]string{"list", "-deps", "-json=ImportPath,Imports"}, roots...)...)
	packages := Packages{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages[p.ImportPath] = p.Imports
	}
	require.Contains(t, packages[module+"/client"], "context", "this is not the graph of package client")
	report(t, Banned(roots, packages))
}

// TestAPI needs a golden file per public package: a change of the API is then
// a change that a reviewer sees.
func TestAPI(t *testing.T) {
	for _, pkg := range public {
		t.Run(pkg, func(t *testing.T) {
			native := string(run(t, "linux", "go", "doc", "-all", "./"+pkg))
			if pkg != "testserver" { // a page cannot be a server
				report(t, SameAPI(native, string(run(t, "js", "go", "doc", "-all", "./"+pkg))))
			}
			golden := filepath.Join("testdata", "api", pkg+".txt")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(native), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "make it with -update")
			report(t, diff(string(want), native, "in "+golden, "in the code"))
		})
	}
}

// run runs a command of the toolchain in the root folder for a target.
func run(t *testing.T, goos, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+map[string]string{"js": "wasm", "linux": "amd64"}[goos], "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s %v: %s", name, args, &stderr)
	assert.NotEmpty(t, out)
	return out
}
