package sse

import (
	"slices"

	"github.com/amphiwire/amphiwire/internal/lean"
)

// An optionError says what is wrong with Options.
type optionError struct{ msg string }

func (e *optionError) Error() string { return e.msg }

// method is the request's method.
func (o *Options) method() string {
	switch {
	case o.Method != "":
		return lean.Upper(o.Method)
	case o.Body != nil:
		return "POST"
	}
	return "GET"
}

// resolve returns a copy of o with defaults in place of zero values, or what
// is wrong with o.
func (o *Options) resolve() (Options, error) {
	if o == nil {
		o = &Options{}
	}
	out := *o
	out.Types = slices.Clone(o.Types)
	if o.Trace != nil {
		t := *o.Trace
		out.Trace = &t
	}
	out.Reconnect.RetryStatus = slices.Clone(o.Reconnect.RetryStatus)
	if out.MaxEventSize == 0 {
		out.MaxEventSize = defaultMaxEventSize
	}
	if out.LastEventIDQuery == "" {
		out.LastEventIDQuery = defaultIDQuery
	}
	var err error
	if out.Header, err = canonicalHeader(o.Header); err != nil {
		return out, err
	}
	return out, out.validate()
}

// validate reports what no attempt could succeed with.
func (o *Options) validate() error {
	method := o.method()
	switch {
	case !isToken(method):
		return &optionError{"invalid method"}
	case slices.Contains([]string{"CONNECT", "TRACE", "TRACK"}, method):
		return &optionError{"method " + method + " cannot stream events"} // nor does fetch allow it
	case o.Body != nil && (method == "GET" || method == "HEAD"):
		return &optionError{"a body with method " + method}
	case slices.Contains(o.Types, ""):
		return &optionError{"an empty type in Types"}
	case o.Source > SourceFetch:
		return &optionError{"unknown Source"}
	}
	return nil
}

// typeSet is the types to receive, nil for all.
func (o *Options) typeSet() map[string]bool {
	if len(o.Types) == 0 {
		return nil
	}
	set := make(map[string]bool, len(o.Types))
	for _, t := range o.Types {
		set[t] = true
	}
	return set
}
