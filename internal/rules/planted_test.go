package rules

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree makes a repository of files: path, text, path, text …
func tree(t *testing.T, files ...string) *Tree {
	t.Helper()
	m := fstest.MapFS{}
	for i := 0; i < len(files); i += 2 {
		m[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	loaded, err := Load(m)
	require.NoError(t, err)
	return loaded
}

// planted is one small repository and what a rule is to say about it.
type planted struct {
	name  string
	files []string
	want  []string // nil: nothing is wrong
}

func check(t *testing.T, rule func(*Tree) []string, cases []planted) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, rule(tree(t, c.files...))) })
	}
}

func TestLoad(t *testing.T) {
	tr := tree(t,
		"a/x.go", "package a\n",
		"a/x_js.go", "//go:build js\n\npackage a\n",
		"a/x_native_test.go", "//go:build !js\n\npackage a\n",
		"a/testdata/wrong.go", "this is not Go",
		"a/node_modules/m/x.go", "nor is this",
		".git/x.go", "nor this",
		".ci/run", "#!/bin/sh\n",
		"internal/benchmarks/go.mod", "module b\n",
		"internal/benchmarks/deep/x.go", "package deep\n",
	)
	got := map[string][5]bool{}
	for _, f := range tr.Go {
		got[f.Path] = [5]bool{f.JS(), f.Native(), f.Test(), f.Constrained(), f.Nested}
	}
	assert.Equal(t, map[string][5]bool{
		"a/x.go":                        {true, true, false, false, false},
		"a/x_js.go":                     {true, false, false, true, false},
		"a/x_native_test.go":            {false, true, true, true, false},
		"internal/benchmarks/deep/x.go": {true, true, false, false, true},
	}, got)
	assert.Contains(t, tr.Paths, ".ci/run")
	assert.Contains(t, tr.Paths, "a/testdata/wrong.go")

	_, err := Load(fstest.MapFS{"a/x.go": {Data: []byte("package")}})
	assert.Error(t, err, "a file that does not parse is not skipped in silence")
}

func TestRootPlanted(t *testing.T) {
	check(t, Root, []planted{
		{"all allowed", []string{"go.mod", "", "client/x.go", "package client\n", ".ci/run", "", "LICENSE", ""}, nil},
		{"another name", []string{"go.mod", "", "utils/x.go", "package utils\n", "NOTES.md", ""}, []string{
			"NOTES.md:1: not one of the names that the root folder may hold",
			"utils:1: not one of the names that the root folder may hold",
		}},
	})
}

func TestGofmtPlanted(t *testing.T) {
	check(t, Gofmt, []planted{
		{"formatted", []string{"a/x.go", "package a\n\nvar x = 1\n"}, nil},
		{"not formatted", []string{"a/x.go", "package a\n\nvar x=1\n"}, []string{"a/x.go:1: not formatted as gofmt does it"}},
	})
}

func TestLengthPlanted(t *testing.T) {
	long := func(n int) string {
		s := "package a\n"
		for range n - 1 {
			s += "\n"
		}
		return s
	}
	check(t, Length, []planted{
		{"499 lines", []string{"a/x.go", long(499)}, nil},
		{"500 lines", []string{"a/x.go", long(500)}, []string{"a/x.go:500: has 500 lines, and 500 is too many"}},
	})
}

func TestMarksPlanted(t *testing.T) {
	check(t, Marks, []planted{
		{"none", []string{"a/x.go", "package a\n", "README.md", "all done\n"}, nil},
		{"in Go, in a page and in the Makefile",
			[]string{"a/x.go", "package a\n\n// TO" + "DO: later\n", "a/p.html", "<!-- FIX" + "ME -->", "Makefile", "# TO" + "DO"},
			[]string{"Makefile:1: holds the mark TO" + "DO", "a/p.html:1: holds the mark FIX" + "ME", "a/x.go:3: holds the mark TO" + "DO"}},
	})
}

func TestGluePlanted(t *testing.T) {
	check(t, Glue, []planted{
		{"our own script", []string{"wasm_exec/amphiwire.js", "const a = 1;\n"}, nil},
		{"a copy", []string{"examples/echo/wasm_exec.js", "copied"},
			[]string{"examples/echo/wasm_exec.js:1: a copy of the toolchain's script; take it from GOROOT at run time"}},
		{"a copy under another name", []string{"examples/echo/go.js", "\n" + glueText + ": 1"},
			[]string{"examples/echo/go.js:2: looks like a copy of the toolchain's wasm_exec.js"}},
	})
}

func TestConstraintsPlanted(t *testing.T) {
	const js, native = "//go:build js\n\npackage a\n", "//go:build !js\n\npackage a\n"
	check(t, Constraints, []planted{
		{"the two spellings", []string{"a/x_js.go", js, "a/x_native.go", native, "a/x_js_test.go", js, "a/x_native_test.go", native}, nil},
		{"stray constraint", []string{"a/x.go", "//go:build linux\n\npackage a\n"},
			[]string{"a/x.go:1: //go:build linux in a file whose name does not say so"}},
		{"another spelling", []string{"a/x_js.go", "//go:build js && wasm\n\npackage a\n"},
			[]string{"a/x_js.go:1: its name asks for the line //go:build js, and it has //go:build js && wasm"}},
		{"the old spelling", []string{"a/x.go", "// +build linux\n\npackage a\n"},
			[]string{"a/x.go:1: // +build linux in a file whose name does not say so"}},
		{"name without the line", []string{"a/x_js.go", "package a\n", "a/x_native.go", "package a\n"}, []string{
			"a/x_js.go:1: its name asks for the line //go:build js, and it has none",
			"a/x_native.go:1: its name asks for the line //go:build !js, and it has none"}},
		{"name that constrains by itself", []string{"a/x_linux.go", "package a\n", "a/x_wasm.go", "package a\n"}, []string{
			"a/x_linux.go:1: its name alone restricts it to some platforms",
			"a/x_wasm.go:1: its name alone restricts it to some platforms"}},
		{"a name that only looks so", []string{"a/linux.go", "package a\n"}, nil},
		{"a platform of the native build", []string{"client/x_unix.go", "//go:build unix\n\npackage client\n"},
			[]string{"client/x_unix.go:1: //go:build unix in a file whose name does not say so"}},
		{"a comment below the package clause is none", []string{"a/x.go", "package a\n\n//go:build linux\n"}, nil},
	})
}

func TestExportedOncePlanted(t *testing.T) {
	check(t, ExportedOnce, []planted{
		{"type, function, constant, method of an exported type", []string{"client/x_js.go", `//go:build js

package client

type T struct{}

func F() {}

const C = 1

func (t *T) M() {}

func (g *G[K]) N() {}
`}, []string{
			"client/x_js.go:5: T is exported in a file that some targets leave out",
			"client/x_js.go:7: F is exported in a file that some targets leave out",
			"client/x_js.go:9: C is exported in a file that some targets leave out",
			"client/x_js.go:11: M is exported in a file that some targets leave out",
			"client/x_js.go:13: N is exported in a file that some targets leave out",
		}},
		{"NativeOptions, unexported names and their methods", []string{"client/x_native.go",
			"//go:build !js\n\npackage client\n\ntype NativeOptions struct{ A int }\n\ntype t struct{}\n\nfunc (t) Read() {}\n\nfunc dial() {}\n"}, nil},
		{"a test file", []string{"client/x_js_test.go", "//go:build js\n\npackage client\n\nfunc TestX() {}\n"}, nil},
		{"an internal package", []string{"internal/browser/x_js.go", "//go:build js\n\npackage browser\n\nfunc F() {}\n"}, nil},
	})
}

func TestPackageCommentsPlanted(t *testing.T) {
	const doc = "// Package a is.\npackage a\n"
	check(t, PackageComments, []planted{
		{"one", []string{"a/doc.go", doc, "a/x.go", "package a\n"}, nil},
		{"none", []string{"a/x.go", "package a\n"}, []string{"a/doc.go:1: this folder has no package comment"}},
		{"two", []string{"a/doc.go", doc, "a/x.go", doc}, []string{"a/doc.go:1: this folder has more than one package comment, in doc.go x.go"}},
		{"in a js file", []string{"a/x_js.go", "//go:build js\n\n" + doc},
			[]string{"a/x_js.go:3: a package comment where go doc does not always see it"}},
		{"in a test", []string{"a/x_test.go", doc}, []string{"a/x_test.go:1: a package comment where go doc does not always see it"}},
	})
}

func TestSleepsPlanted(t *testing.T) {
	const sleep = "package a\n\nfunc TestX() {\n\ttime.Sleep(1)\n}\n"
	check(t, Sleeps, []planted{
		{"in a test", []string{"a/x_test.go", sleep}, []string{"a/x_test.go:4: time.Sleep in a test outside a synctest bubble"}},
		{"in a bubble", []string{"a/x_test.go", "package a\n\nfunc TestX() {\n\tsynctest.Test(nil, func() { time.Sleep(1) })\n}\n"}, nil},
		{"beside a bubble", []string{"a/x_test.go", "package a\n\nfunc TestX() {\n\ttime.Sleep(1)\n}\n\nfunc TestY() {\n\tsynctest.Test(nil, nil)\n}\n"},
			[]string{"a/x_test.go:4: time.Sleep in a test outside a synctest bubble"}},
		{"in a bubble that a helper makes", []string{"a/x_test.go", "package a\n\nfunc TestX() {\n\ttest(func() { time.Sleep(1) })\n}\n",
			"a/help_test.go", "package a\n\nfunc test(f func()) {\n\tsynctest.Test(nil, f)\n}\n"}, nil},
		{"in a bubble that another folder's helper makes", []string{"a/x_test.go", "package a\n\nfunc TestX() {\n\ttest(func() { time.Sleep(1) })\n}\n",
			"b/help_test.go", "package b\n\nfunc test(f func()) {\n\tsynctest.Test(nil, f)\n}\n"},
			[]string{"a/x_test.go:4: time.Sleep in a test outside a synctest bubble"}},
		{"in a helper of bubbles alone", []string{"a/x_test.go", "package a\n\ntype slow struct{}\n\nfunc (slow) Write() {\n\ttime.Sleep(1)\n}\n\n" +
			"func TestX() {\n\tsynctest.Test(nil, func() { slow{}.Write() })\n}\n"}, nil},
		{"in a helper that a test without a bubble uses too", []string{"a/x_test.go", "package a\n\nfunc slow() {\n\ttime.Sleep(1)\n}\n\n" +
			"func TestX() {\n\tsynctest.Test(nil, slow)\n}\n\nfunc TestY() {\n\tslow()\n}\n"},
			[]string{"a/x_test.go:4: time.Sleep in a test outside a synctest bubble"}},
		{"in a helper that nothing uses", []string{"a/x_test.go", "package a\n\nfunc slow() {\n\ttime.Sleep(1)\n}\n"},
			[]string{"a/x_test.go:4: time.Sleep in a test outside a synctest bubble"}},
		{"in code", []string{"a/x.go", sleep}, nil},
		{"where there is only a real clock", []string{"internal/conformance/x_test.go", sleep}, nil},
	})
}

func TestUndocumentedPlanted(t *testing.T) {
	check(t, Undocumented, []planted{
		{"everything is missing", []string{"sse/x.go", `package sse

type T struct {
	A, B int
	c    int
	D    struct{ E int }
}

type I interface{ M() }

func F() {}

func (t *T) G() {}

const C = 1

var V int
`}, []string{
			"sse/x.go:3: T has no doc comment", "sse/x.go:4: A has no doc comment", "sse/x.go:4: B has no doc comment",
			"sse/x.go:6: D has no doc comment", "sse/x.go:6: E has no doc comment", "sse/x.go:9: I has no doc comment",
			"sse/x.go:9: M has no doc comment", "sse/x.go:11: F has no doc comment", "sse/x.go:13: G has no doc comment",
			"sse/x.go:15: C has no doc comment", "sse/x.go:17: V has no doc comment",
		}},
		{"everything is there", []string{"sse/x.go", `package sse

// T is.
type T struct {
	// A is.
	A int
	B int // B is.
	io.Reader
}

// F is.
func F() {}

func (t t) G() {}

// Some constants.
const (
	C = 1
	D = 2
)

type t struct{ A int }
`}, nil},
		{"a comment may name the fields that follow it", []string{"sse/x.go", "package sse\n\n// T is.\ntype T struct {\n" +
			"\t// A and C are.\n\tA int\n\tB int\n\tC int\n\n\tA2, C2 int\n}\n"},
			[]string{"sse/x.go:7: B has no doc comment", "sse/x.go:10: A2 has no doc comment", "sse/x.go:10: C2 has no doc comment"}},
		{"types in a group need their own", []string{"sse/x.go", "package sse\n\n// Group.\ntype (\n\tT int\n)\n"},
			[]string{"sse/x.go:5: T has no doc comment"}},
		{"tests and internal packages", []string{"sse/x_test.go", "package sse\n\nfunc TestX() {}\n", "internal/a/x.go", "package a\n\nfunc F() {}\n"}, nil},
	})
}
