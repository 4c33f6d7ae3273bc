package main

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// status is how a row ended.
type status string

const (
	passed   status = "passed"
	failed   status = "failed"
	skipped  status = "skipped"
	excepted status = "excepted" // skipped by an exception that the row declares
)

// declared is how package conformance begins the message of an exception.
const declared = "excepted on "

// A row is one name's end on one target.
type row struct {
	status status
	output []string // what it printed, without the frame of package testing
}

// A result is what one target made of the rows.
type result struct {
	target string
	rows   map[string]*row
	err    error // why the run as a whole was not in order
}

// event is one line of go tool test2json.
type event struct{ Action, Test, Output string }

// parse reads the events of one run. Only names that have no subtests count:
// a parent says nothing that they do not say.
func parse(target string, events io.Reader) *result {
	r := &result{target: target, rows: map[string]*row{}}
	for d := json.NewDecoder(events); ; {
		var e event
		if err := d.Decode(&e); err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			break
		}
		if e.Test != "" {
			r.add(e)
		}
	}
	r.dropParents()
	for _, row := range r.rows {
		if row.status == skipped && slices.ContainsFunc(row.output, isDeclared) {
			row.status = excepted
		}
	}
	return r
}

// add enters one event. A row that began and of which nothing more is heard
// has failed: the program died in it.
func (r *result) add(e event) {
	w := r.rows[e.Test]
	if w == nil {
		w = &row{status: failed}
		r.rows[e.Test] = w
	}
	switch e.Action {
	case "pass":
		w.status = passed
	case "skip":
		w.status = skipped
	case "output":
		line := strings.TrimSpace(e.Output)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			w.output = append(w.output, line)
		}
	}
}

func (r *result) dropParents() {
	var parents []string
	for name := range r.rows {
		for i, c := range name {
			if c == '/' {
				parents = append(parents, name[:i])
			}
		}
	}
	for _, name := range parents {
		delete(r.rows, name)
	}
}

// isDeclared reports whether line is an exception's message, which package
// testing puts behind a file and line.
func isDeclared(line string) bool {
	_, text, _ := strings.Cut(line, ": ")
	return strings.HasPrefix(text, declared)
}

// reason says in one line why the row did not pass. Where a failed assertion
// stands is enough to find it: the frames that testify adds are left out.
func (w *row) reason() string {
	kept := slices.DeleteFunc(slices.Clone(w.output), func(line string) bool {
		return strings.HasPrefix(line, "Error Trace:") || strings.HasPrefix(line, "Test:") || frame.MatchString(line)
	})
	if len(kept) == 0 {
		return "it printed nothing"
	}
	text := strings.Join(kept, " | ")
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + " …"
	}
	return spaces.ReplaceAllString(text, " ")
}

// maxReason keeps a row's reason on a few lines of a screen.
const maxReason = 400

var (
	frame  = regexp.MustCompile(`^\S+\.(go|s):\d+$`)
	spaces = regexp.MustCompile(`\s+`)
)
