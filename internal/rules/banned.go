package rules

import (
	"slices"
	"strings"
)

// A ban keeps a package out of the js build of client and sse, because a
// browser has to load all of it before the program starts.
type ban struct {
	// path is an import path; "crypto/..." stands for all that follows too.
	path string
	// why is the reason and, where it was measured, the cost: what a program
	// grows by when it uses the package, gzip -9, beside 540 KB of an empty one.
	why string
	// direct bans the import in our own packages alone: others that import
	// it use too little of it to matter.
	direct bool
}

var banned = []ban{
	{path: "net/http", why: "+2166 KB; the browser has fetch"},
	{path: "net", why: "a page has no sockets"},
	{path: "net/url", why: "+266 KB, and it brings fmt; the browser has URL"},
	{path: "net/textproto", why: "brings net"},
	{path: "crypto/...", why: "crypto/tls +1560 KB, crypto/rand +170 KB; the browser does TLS and has getRandomValues"},
	{path: "fmt", why: "+200 KB; strconv and + say the same"},
	{path: "log/...", why: "log +217 KB, log/slog +403 KB; a page logs by what Trace tells it"},
	{path: "encoding/json", why: "+372 KB; what is in a message is the program's business"},
	{path: "regexp", why: "+173 KB"},
	{path: "text/template", why: "+766 KB"},
	{path: "html/template", why: "brings text/template, +766 KB"},
	{path: "os", why: "+113 KB; a page has no files"},
	{path: "os/...", why: "a page has neither processes nor signals"},
	{path: "mime/...", why: "brings net/textproto"},
	{path: "math/big", why: "brings fmt and math/rand"},
	{path: "math/rand", why: "+61 KB; math/rand/v2 costs 2 KB"},
	{path: "compress/...", why: "the browser inflates by itself"},
	{path: "github.com/klauspost/compress/...", why: "the browser inflates by itself"},
	{path: "golang.org/x/net/...", why: "brings net/http"},
	{path: "reflect", why: "MethodByName switches off the pruning of methods, +130 KB", direct: true},
	{path: "testing", why: "brings fmt, os and reflect"},
	{path: testify + "/...", why: "is for tests"},
}

// matches reports whether b is about path.
func (b ban) matches(path string) bool {
	if dir, ok := strings.CutSuffix(b.path, "/..."); ok {
		return path == dir || strings.HasPrefix(path, dir+"/")
	}
	return path == b.path
}

// allows reports whether importer may import what b bans.
func (b ban) allows(importer string) bool {
	return b.direct && !strings.HasPrefix(importer, module+"/")
}

// Packages is an import graph as go list prints it: each package with what it
// imports.
type Packages map[string][]string

// Banned finds the banned packages that roots bring in, each with the chain of
// imports that does it. What a banned package brings in turn is its fault and
// not listed.
func Banned(roots []string, packages Packages) []string {
	var problems []string
	seen := map[string]bool{}
	var queue [][]string // chains of imports, shortest first
	for _, r := range roots {
		queue = append(queue, []string{r})
	}
	for ; len(queue) > 0; queue = queue[1:] {
		chain := queue[0]
		importer := chain[len(chain)-1]
		for _, path := range packages[importer] {
			b, bad := banOf(importer, path)
			switch {
			case bad && !seen["banned "+path]:
				seen["banned "+path] = true
				problems = append(problems, path+" is in the js build ("+b.why+"): "+strings.Join(append(chain, path), " → "))
			case !bad && !seen[path]:
				seen[path] = true
				queue = append(queue, append(slices.Clone(chain), path))
			}
		}
	}
	return problems
}

// banOf finds the ban that keeps importer from importing path.
func banOf(importer, path string) (ban, bool) {
	i := slices.IndexFunc(banned, func(b ban) bool { return b.matches(path) && !b.allows(importer) })
	if i < 0 {
		return ban{}, false
	}
	return banned[i], true
}
