package rules

import (
	"go/ast"
	"go/token"
	"slices"
)

// Sleeps finds time.Sleep in tests. Where time is the fake clock of
// testing/synctest it only advances that clock and is welcome; elsewhere the
// test hopes that something has happened by then. allowed names the folders
// that have nothing but a real clock.
func Sleeps(t *Tree) []string {
	allowed := []string{"internal/conformance", "wasm_exec"}
	var problems []string
	for _, f := range t.Go {
		if !f.Test() || slices.Contains(allowed, f.Dir) {
			continue
		}
		bubbles := t.bubbles(f.Dir)
		for _, d := range f.AST.Decls {
			if sleep := uses(d, "time", "Sleep"); sleep.IsValid() && !inBubble(d, bubbles) && !t.onlyInBubbles(f.Dir, d, bubbles) {
				problems = append(problems, t.problem(sleep, "time.Sleep in a test outside a synctest bubble"))
			}
		}
	}
	return problems
}

// bubbles names the functions of a folder's tests that make a bubble.
func (t *Tree) bubbles(dir string) []string {
	var names []string
	for _, f := range t.Go {
		if f.Dir != dir || !f.Test() {
			continue
		}
		for _, d := range f.AST.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && uses(fn, "synctest", "").IsValid() {
				names = append(names, fn.Name.Name)
			}
		}
	}
	return names
}

// inBubble reports whether d makes a bubble, by itself or through one of the
// named functions.
func inBubble(d ast.Decl, bubbles []string) bool {
	found := uses(d, "synctest", "").IsValid()
	ast.Inspect(d, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			id, ok := call.Fun.(*ast.Ident)
			found = found || ok && slices.Contains(bubbles, id.Name)
		}
		return !found
	})
	return found
}

// onlyInBubbles reports whether d is a helper, such as a method of a slow
// connection, that a folder's tests mention inside bubbles alone.
func (t *Tree) onlyInBubbles(dir string, d ast.Decl, bubbles []string) bool {
	helper, mentioned := helperName(d), false
	for _, f := range t.Go {
		if f.Dir != dir || !f.Test() {
			continue
		}
		for _, other := range f.AST.Decls {
			if declares(other, helper) || !mentions(other, helper) {
				continue
			}
			if !inBubble(other, bubbles) {
				return false
			}
			mentioned = true
		}
	}
	return mentioned
}

// helperName is what others call d by: a function's name, or a method's type.
func helperName(d ast.Decl) string {
	fn, ok := d.(*ast.FuncDecl)
	switch {
	case !ok:
		return ""
	case fn.Recv != nil:
		return receiver(fn)
	}
	return fn.Name.Name
}

// declares reports whether d declares name or is a method of it.
func declares(d ast.Decl, name string) bool {
	if g, ok := d.(*ast.GenDecl); ok {
		return slices.ContainsFunc(specNames(g), func(id *ast.Ident) bool { return id.Name == name })
	}
	return helperName(d) == name
}

// mentions reports whether name stands anywhere in d.
func mentions(d ast.Decl, name string) bool {
	found := false
	ast.Inspect(d, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		found = found || ok && id.Name == name
		return !found
	})
	return found
}

// uses returns where n first mentions pkg.name, or any name of pkg if name is
// empty.
func uses(n ast.Node, pkg, name string) token.Pos {
	found := token.NoPos
	ast.Inspect(n, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || found.IsValid() {
			return !found.IsValid()
		}
		if id, ok := sel.X.(*ast.Ident); ok && id.Name == pkg && (name == "" || sel.Sel.Name == name) {
			found = sel.Pos()
		}
		return true
	})
	return found
}
