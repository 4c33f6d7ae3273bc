package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ran makes a result from names and statuses in turn.
func ran(target string, pairs ...string) *result {
	r := &result{target: target, rows: map[string]*row{}}
	for i := 0; i < len(pairs); i += 2 {
		r.rows[pairs[i]] = &row{status(pairs[i+1]), []string{"because"}}
	}
	return r
}

func TestCompare(t *testing.T) {
	broken := ran("node", "a", "passed")
	broken.err = errors.New("3 goroutines are left")
	for _, c := range []struct {
		name    string
		results []*result
		want    []string // the notes
		bad     int      // how many of them count
	}{
		{"the same passes everywhere", []*result{ran("native", "a", "passed"), ran("node", "a", "passed")}, nil, 0},
		{"one fails", []*result{ran("native", "a", "passed", "b", "passed"), ran("node", "a", "failed", "b", "passed")},
			[]string{"a: failed on node: because"}, 1},
		{"one fails everywhere", []*result{ran("native", "a", "failed", "b", "passed"), ran("node", "a", "failed", "b", "passed")},
			[]string{"a: failed on native: because", "a: failed on node: because"}, 2},
		{"one is skipped without a declared exception", []*result{ran("native", "a", "passed", "b", "passed"), ran("node", "a", "skipped", "b", "passed")},
			[]string{"a: skipped on node: because"}, 1},
		{"one is excepted", []*result{ran("native", "a", "passed", "b", "passed"), ran("node", "a", "excepted", "b", "passed")},
			[]string{"a: because"}, 0},
		{"some do not exist", []*result{ran("native", "a", "passed", "b", "passed", "c", "passed"), ran("node", "a", "passed")},
			[]string{"node: 2 rows did not run, the first is b"}, 2},
		{"a target ran nothing", []*result{ran("native"), ran("node")},
			[]string{"native: no row has passed", "node: no row has passed"}, 2},
		{"a target ended badly although every row passed", []*result{ran("native", "a", "passed"), broken},
			[]string{"node: 3 goroutines are left"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := compare(c.results)
			assert.Equal(t, c.want, got.notes)
			assert.Equal(t, c.bad, got.problems)
			assert.Equal(t, c.bad == 0, got.print(&strings.Builder{}))
		})
	}
}

func TestPrint(t *testing.T) {
	var b strings.Builder
	compare([]*result{
		ran("native", "a", "passed", "b", "passed", "c", "passed"),
		ran("chromium", "a", "passed", "b", "excepted", "c", "failed"),
	}).print(&b)
	assert.Equal(t, `            native  chromium
    passed       3         1
    failed       0         1
   skipped       0         0
  excepted       0         1

b: because
c: failed on chromium: because
4 passed, 1 failed
`, b.String())
}
