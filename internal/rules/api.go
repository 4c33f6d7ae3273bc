package rules

import (
	"strings"
)

// cutDecl takes one type out of what go doc -all prints, with its
// documentation and whatever is listed under it, and returns both parts.
//
// go doc starts a declaration at the left margin, closes it with a brace there
// and indents everything else.
func cutDecl(doc, name string) (rest, decl string) {
	lines := strings.SplitAfter(doc, "\n")
	inside := false
	var r, d strings.Builder
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "type "+name+" "):
			inside = true
		case inside && line != "" && strings.IndexByte(" \t\n)}", line[0]) < 0:
			inside = false
		}
		if inside {
			d.WriteString(line)
		} else {
			r.WriteString(line)
		}
	}
	return r.String(), d.String()
}

// SameAPI compares what go doc prints of one package natively and on js. They
// are to be equal but for NativeOptions, which is an empty struct on js.
func SameAPI(native, js string) []string {
	nativeRest, _ := cutDecl(native, oneDeclaration)
	jsRest, decl := cutDecl(js, oneDeclaration)
	problems := diff(nativeRest, jsRest, "natively", "on js")
	if decl != "" && !strings.HasPrefix(decl, "type "+oneDeclaration+" struct{}\n") {
		problems = append(problems, oneDeclaration+" is not an empty struct on js")
	}
	return problems
}

// diff lists the lines that only one of two texts has, which says enough about
// an API: a line that has changed is one removed and one added.
func diff(a, b, onlyA, onlyB string) []string {
	var problems []string
	count := map[string]int{}
	for _, line := range strings.Split(b, "\n") {
		count[line]++
	}
	for _, line := range strings.Split(a, "\n") {
		if count[line]--; count[line] < 0 && line != "" {
			problems = append(problems, "only "+onlyA+": "+line)
		}
	}
	for _, line := range strings.Split(b, "\n") {
		if count[line] > 0 && line != "" {
			count[line]--
			problems = append(problems, "only "+onlyB+": "+line)
		}
	}
	if a != b && len(problems) == 0 {
		problems = append(problems, "the same lines in another order, or more empty ones")
	}
	return problems
}
