package rules

import (
	"go/ast"
	"slices"
	"strings"
)

// spelling is the one way to write a constraint: the suffix of the file's
// name and the line that goes with it.
type spelling struct{ suffix, line string }

var spellings = []spelling{
	{"_native.go", "//go:build !js"},
	{"_native_test.go", "//go:build !js"},
	{"_js.go", "//go:build js"},
	{"_js_test.go", "//go:build js"},
}

// Constraints finds files that some target leaves out but whose name does not
// say so in one of the two ways.
func Constraints(t *Tree) []string {
	var problems []string
	for _, f := range t.Go {
		want, ok := spellingOf(f)
		switch {
		case ok && f.Constraint != want:
			problems = append(problems, f.Path+":1: its name asks for the line "+want+", and it has "+quoteOrNone(f.Constraint))
		case !ok && f.Constraint != "":
			problems = append(problems, f.Path+":1: "+f.Constraint+" in a file whose name does not say so")
		case !ok && f.Implied:
			problems = append(problems, f.Path+":1: its name alone restricts it to some platforms")
		}
	}
	return problems
}

// spellingOf returns the constraint that the name of f asks for.
func spellingOf(f *File) (line string, ok bool) {
	for _, s := range spellings {
		if strings.HasSuffix(f.Name, s.suffix) {
			return s.line, true
		}
	}
	return "", false
}

func quoteOrNone(line string) string {
	if line == "" {
		return "none"
	}
	return line
}

// oneDeclaration names the only exported type that may be declared once per
// target: what a browser has no use for must not compile there.
const oneDeclaration = "NativeOptions"

// ExportedOnce finds exported names of public packages in constrained files.
// A name that is declared once for all targets cannot drift apart.
func ExportedOnce(t *Tree) []string {
	var problems []string
	for _, f := range t.Go {
		if !f.Constrained() || f.Test() || !slices.Contains(public, f.Dir) {
			continue
		}
		for _, name := range exportedNames(f.AST) {
			if name.Name != oneDeclaration {
				problems = append(problems, t.problem(name.Pos(), "%s is exported in a file that some targets leave out", name.Name))
			}
		}
	}
	return problems
}

// exportedNames lists the exported identifiers that f declares at the top
// level, and the exported methods of its exported types.
func exportedNames(f *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil || ast.IsExported(receiver(d)) {
				names = append(names, d.Name)
			}
		case *ast.GenDecl:
			names = append(names, specNames(d)...)
		}
	}
	return slices.DeleteFunc(names, func(id *ast.Ident) bool { return !id.IsExported() })
}

func specNames(d *ast.GenDecl) []*ast.Ident {
	var names []*ast.Ident
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name)
		case *ast.ValueSpec:
			names = append(names, s.Names...)
		}
	}
	return names
}

// receiver is the name of the type that d is a method of.
func receiver(d *ast.FuncDecl) string {
	typ := d.Recv.List[0].Type
	for {
		switch x := typ.(type) {
		case *ast.StarExpr:
			typ = x.X
		case *ast.IndexExpr:
			typ = x.X
		case *ast.IndexListExpr:
			typ = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
