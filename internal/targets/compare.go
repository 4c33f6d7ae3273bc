package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// A comparison puts the results of several targets side by side.
type comparison struct {
	results  []*result
	notes    []string // rows that did not pass on all targets, and why
	problems int      // how much of that is not in order
}

// compare finds what is not the same on all targets. A row that a target
// leaves out by a declared exception is noted and in order.
func compare(results []*result) *comparison {
	c := &comparison{results: results}
	all := names(results)
	for _, r := range results {
		if r.err != nil {
			c.problem("%s: %v", r.target, r.err)
		} else if r.count(passed) == 0 {
			c.problem("%s: no row has passed", r.target)
		}
		c.compareNames(r, all)
	}
	for _, name := range all {
		c.compareRow(name)
	}
	return c
}

// names lists every name that some target knows, in order.
func names(results []*result) []string {
	all := map[string]bool{}
	for _, r := range results {
		for name := range r.rows {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// compareNames notes the rows that never began on r. There are many of them
// where a program died half-way, so they share a line.
func (c *comparison) compareNames(r *result, all []string) {
	var missing []string
	for _, name := range all {
		if r.rows[name] == nil {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		c.problem("%s: %d rows did not run, the first is %s", r.target, len(missing), missing[0])
		c.problems += len(missing) - 1
	}
}

// compareRow notes where the named row did not pass, and why.
func (c *comparison) compareRow(name string) {
	for _, r := range c.results {
		switch w := r.rows[name]; {
		case w == nil || w.status == passed:
		case w.status == excepted:
			c.note("%s: %s", name, w.reason())
		default:
			c.problem("%s: %s on %s: %s", name, w.status, r.target, w.reason())
		}
	}
}

func (r *result) count(s status) int {
	n := 0
	for _, w := range r.rows {
		if w.status == s {
			n++
		}
	}
	return n
}

func (c *comparison) note(format string, args ...any) {
	c.notes = append(c.notes, fmt.Sprintf(format, args...))
}

func (c *comparison) problem(format string, args ...any) {
	c.note(format, args...)
	c.problems++
}

// print writes the table, the notes and the closing line, and reports whether
// all is in order.
func (c *comparison) print(w io.Writer) bool {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	c.tableRow(table, "", func(r *result) any { return r.target })
	total := 0
	for _, s := range []status{passed, failed, skipped, excepted} {
		c.tableRow(table, string(s), func(r *result) any { return r.count(s) })
	}
	_ = table.Flush() // what cannot be printed cannot be told either
	fmt.Fprintln(w)
	for _, n := range c.notes {
		fmt.Fprintln(w, n)
	}
	for _, r := range c.results {
		total += r.count(passed)
	}
	fmt.Fprintf(w, "%d passed, %d failed\n", total, c.problems)
	return c.problems == 0
}

func (c *comparison) tableRow(table io.Writer, head string, cell func(*result) any) {
	fmt.Fprint(table, head, "\t")
	for _, r := range c.results {
		fmt.Fprint(table, cell(r), "\t")
	}
	fmt.Fprintln(table)
}
