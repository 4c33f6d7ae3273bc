package rules

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"unicode"
)

// PackageComments finds folders that do not have exactly one package comment,
// and comments that some targets would not show.
func PackageComments(t *Tree) []string {
	var problems []string
	comments := map[string][]*File{}
	for _, f := range t.Go {
		if _, ok := comments[f.Dir]; !ok {
			comments[f.Dir] = nil
		}
		if f.AST.Doc == nil {
			continue
		}
		comments[f.Dir] = append(comments[f.Dir], f)
		if f.Constrained() || f.Test() {
			problems = append(problems, t.problem(f.AST.Doc.Pos(), "a package comment where go doc does not always see it"))
		}
	}
	for dir, files := range comments {
		if len(files) != 1 {
			problems = append(problems, path.Join(dir, "doc.go")+":1: "+countComments(files))
		}
	}
	slices.Sort(problems)
	return problems
}

func countComments(files []*File) string {
	if len(files) == 0 {
		return "this folder has no package comment"
	}
	s := "this folder has more than one package comment, in"
	for _, f := range files {
		s += " " + f.Name
	}
	return s
}

// Undocumented finds exported names of public packages without a doc comment:
// types, functions, methods, constants, variables, and the fields and methods
// inside exported structs and interfaces.
func Undocumented(t *Tree) []string {
	var problems []string
	for _, f := range t.Go {
		if f.Test() || !slices.Contains(public, f.Dir) {
			continue
		}
		for _, name := range undocumented(f.AST) {
			problems = append(problems, t.problem(name.Pos(), "%s has no doc comment", name.Name))
		}
	}
	return problems
}

func undocumented(f *ast.File) []*ast.Ident {
	var names []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && (d.Recv == nil || ast.IsExported(receiver(d))) {
				names = append(names, d.Name)
			}
		case *ast.GenDecl:
			names = append(names, undocumentedSpecs(d)...)
		}
	}
	return slices.DeleteFunc(names, func(id *ast.Ident) bool { return !id.IsExported() })
}

// undocumentedSpecs accepts a comment above a group as the comment of each
// constant or variable in it, as go doc shows them together. A type needs its
// own, unless the declaration holds nothing else.
func undocumentedSpecs(d *ast.GenDecl) []*ast.Ident {
	var names []*ast.Ident
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.ValueSpec:
			if d.Doc == nil && s.Doc == nil && s.Comment == nil {
				names = append(names, s.Names...)
			}
		case *ast.TypeSpec:
			if s.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
				names = append(names, s.Name)
			}
			if s.Name.IsExported() {
				names = append(names, undocumentedMembers(s.Type)...)
			}
		}
	}
	return names
}

// undocumentedMembers lists the members of a struct or an interface that have
// no comment: above, beside, or above a member before them if it names them.
func undocumentedMembers(typ ast.Expr) []*ast.Ident {
	var fields *ast.FieldList
	switch typ := typ.(type) {
	case *ast.StructType:
		fields = typ.Fields
	case *ast.InterfaceType:
		fields = typ.Methods
	default:
		return nil
	}
	var names []*ast.Ident
	above := ""
	for _, f := range fields.List {
		if f.Doc != nil {
			above = f.Doc.Text()
		}
		for _, name := range f.Names {
			if f.Doc == nil && f.Comment == nil && !slices.Contains(words(above), name.Name) {
				names = append(names, name)
			}
		}
		names = append(names, undocumentedMembers(f.Type)...)
	}
	return names
}

// words splits a comment at whatever cannot be part of a name.
func words(comment string) []string {
	return strings.FieldsFunc(comment, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
