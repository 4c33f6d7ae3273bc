package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// module is the path of this module; what follows it is a folder of ours.
const module = "github.com/amphiwire/amphiwire"

// public lists the packages whose exported names are promises to users.
var public = []string{"client", "sse", "sse/ssejson", "testserver"}

// A Tree is a repository's files, read once for all rules.
type Tree struct {
	FS    fs.FS
	Fset  *token.FileSet
	Go    []*File  // every Go file outside testdata
	Paths []string // every file, slashes between folders
}

// A File is one Go file.
type File struct {
	Path, Dir, Name string
	Src             []byte
	AST             *ast.File
	// Constraint is its build constraint as written, "" if there is none.
	Constraint string
	// Implied is true where the name alone restricts GOOS or GOARCH.
	Implied bool
	// Nested is true in a module inside this one, which has its own go.mod
	// and its own dependencies.
	Nested bool
}

// Test reports whether only tests contain f.
func (f *File) Test() bool { return strings.HasSuffix(f.Name, "_test.go") }

// Constrained reports whether some target leaves f out.
func (f *File) Constrained() bool { return f.Constraint != "" || f.Implied }

// JS and Native say which of the two builds contain f.
func (f *File) JS() bool     { return f.Constraint != "//go:build !js" }
func (f *File) Native() bool { return !f.Constrained() || f.Constraint == "//go:build !js" }

// Load reads and parses a repository.
func Load(fsys fs.FS) (*Tree, error) {
	t := &Tree{FS: fsys, Fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && foreign(p):
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		t.Paths = append(t.Paths, p)
		return t.add(p)
	})
	return t, err
}

// foreign names the folders whose files are not the repository's own: what
// git ignores, and git's own folder. A folder of CI configuration counts.
func foreign(p string) bool {
	base := path.Base(p)
	return base == "node_modules" || p != "." && strings.HasPrefix(base, ".") && base != ".ci"
}

// add parses p if it is a Go file that the toolchain would look at. Files in
// testdata may be wrong on purpose.
func (t *Tree) add(p string) error {
	if path.Ext(p) != ".go" || slices.Contains(strings.Split(p, "/"), "testdata") {
		return nil
	}
	src, err := fs.ReadFile(t.FS, p)
	if err != nil {
		return err
	}
	syntax, err := parser.ParseFile(t.Fset, p, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Go = append(t.Go, &File{
		Path: p, Dir: path.Dir(p), Name: path.Base(p), Src: src, AST: syntax,
		Constraint: constraintOf(syntax), Implied: implied(path.Base(p)), Nested: t.nested(path.Dir(p)),
	})
	return nil
}

// constraintOf returns the //go:build line above the package clause.
func constraintOf(f *ast.File) string {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Package && (constraint.IsGoBuild(c.Text) || constraint.IsPlusBuild(c.Text)) {
				return c.Text
			}
		}
	}
	return ""
}

// implied asks the toolchain's own rule whether a file of this name is left
// out on a platform that does not exist.
func implied(name string) bool {
	nowhere := build.Context{GOOS: "none", GOARCH: "none", Compiler: "gc",
		OpenFile: func(string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte("package p\n"))), nil
		}}
	match, err := nowhere.MatchFile("", name)
	return err == nil && !match
}

// nested reports whether a folder above or at dir, short of the root, has its
// own go.mod.
func (t *Tree) nested(dir string) bool {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, err := fs.Stat(t.FS, path.Join(dir, "go.mod")); err == nil {
			return true
		}
	}
	return false
}

// problem formats one line of a rule's answer.
func (t *Tree) problem(pos token.Pos, format string, args ...any) string {
	p := t.Fset.Position(pos)
	return fmt.Sprintf("%s:%d: ", p.Filename, p.Line) + fmt.Sprintf(format, args...)
}
