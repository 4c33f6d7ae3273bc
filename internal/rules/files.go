package rules

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// rootNames is everything that the root folder may hold. Users and tools look
// there first, so a new name needs a reason.
var rootNames = []string{
	"client", "transport_native", "transport_wasm", "sse", "testserver", "examples", "wasm_exec", "internal",
	"go.mod", "go.sum", "Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", ".ci",
	".git", ".gitignore", ".tmp",
}

// maxLines is where a file has more than one subject.
const maxLines = 500

// Root finds names in the root folder that are not on the list.
func Root(t *Tree) []string {
	var problems []string
	entries, err := fs.ReadDir(t.FS, ".")
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range entries {
		if !slices.Contains(rootNames, e.Name()) {
			problems = append(problems, e.Name()+":1: not one of the names that the root folder may hold")
		}
	}
	return problems
}

// Gofmt finds files that gofmt would change.
func Gofmt(t *Tree) []string {
	var problems []string
	for _, f := range t.Go {
		want, err := format.Source(f.Src)
		if err != nil || !bytes.Equal(want, f.Src) {
			problems = append(problems, f.Path+":1: not formatted as gofmt does it")
		}
	}
	return problems
}

// Length finds files that have grown too long to be about one thing.
func Length(t *Tree) []string {
	var problems []string
	for _, f := range t.Go {
		if n := bytes.Count(f.Src, []byte("\n")); n >= maxLines {
			problems = append(problems, fmt.Sprintf("%s:%d: has %d lines, and %d is too many", f.Path, maxLines, n, maxLines))
		}
	}
	return problems
}

// marks are put together here so that this file does not hold them.
var marks = []string{"TO" + "DO", "FIX" + "ME", "X" + "XX:"}

// Marks finds notes about work that was left for later: it is done now, or
// written down where the work is planned.
func Marks(t *Tree) []string {
	return t.lines(text, func(line string) string {
		for _, m := range marks {
			if strings.Contains(line, m) {
				return "holds the mark " + m
			}
		}
		return ""
	})
}

// glueNames are the toolchain's own scripts; glueText is a line that only
// they hold, whatever a copy of them is called.
var (
	glueNames = []string{"wasm_exec.js", "wasm_exec_node.js"}
	glueText  = `"syscall/js.` + `valueGet"`
)

// Glue finds copies of the toolchain's wasm_exec.js. The script belongs to the
// compiler that built the program, so a copy is wrong after the next release.
func Glue(t *Tree) []string {
	var problems []string
	for _, p := range t.Paths {
		if slices.Contains(glueNames, path.Base(p)) {
			problems = append(problems, p+":1: a copy of the toolchain's script; take it from GOROOT at run time")
		}
	}
	return append(problems, t.lines(script, func(line string) string {
		if strings.Contains(line, glueText) {
			return "looks like a copy of the toolchain's wasm_exec.js"
		}
		return ""
	})...)
}

func script(p string) bool {
	return slices.Contains([]string{".js", ".mjs", ".cjs", ".html"}, path.Ext(p))
}

func text(p string) bool {
	return script(p) || path.Base(p) == "Makefile" ||
		slices.Contains([]string{".go", ".md", ".sh", ".yml", ".yaml", ".css"}, path.Ext(p))
}

// lines asks find about every line of the files that of selects.
func (t *Tree) lines(of func(path string) bool, find func(line string) string) []string {
	var problems []string
	for _, p := range t.Paths {
		if !of(p) {
			continue
		}
		src, err := fs.ReadFile(t.FS, p)
		if err != nil {
			problems = append(problems, p+":1: "+err.Error())
		}
		for i, line := range strings.Split(string(src), "\n") {
			if found := find(line); found != "" {
				problems = append(problems, fmt.Sprintf("%s:%d: %s", p, i+1, found))
			}
		}
	}
	return problems
}
