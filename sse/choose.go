package sse

import "errors"

// chooseEventSource decides whether the next attempt is EventSource's. An
// explicit wish that cannot be met is an error, never something less than
// what was asked for.
func (s *Stream) chooseEventSource(t target) (bool, error) {
	switch s.opts.Source {
	case SourceEventSource:
		if why := misfit(&s.opts, t); why != "" {
			return false, unsupported(why + " with EventSource")
		}
		if !hasEventSource() {
			return false, unsupported("EventSource")
		}
		return true, nil
	case SourceFetch:
		return false, nil
	}
	// EventSource is the platform's default for itself: it starts anew
	// without the last event ID in a header, and with delays of its own.
	fits := misfit(&s.opts, t) == "" && s.opts.LastEventID == "" && s.opts.Reconnect.isZero()
	return fits && !s.gaveUp && hasEventSource(), nil
}

// misfit names the first thing that o asks for and a browser's EventSource
// cannot do at all.
func misfit(o *Options, t target) string {
	switch {
	case o.method() != "GET":
		return "a method other than GET"
	case len(o.Header) > 0 || t.authorization != "":
		return "a header"
	case o.Prepare != nil:
		return "Prepare" // the attempts that EventSource makes by itself would escape it
	case len(o.Types) == 0:
		return "Options without Types" // there is no way to listen for all
	case o.OneShot:
		return "OneShot"
	case o.OnComment != nil:
		return "OnComment"
	case o.IdleTimeout > 0:
		return "IdleTimeout" // it does not show when bytes arrive
	case o.EventTimeout > 0:
		return "EventTimeout" // nor events of types that are not named
	}
	return ""
}

// unsupported is an error that wraps errors.ErrUnsupported and names what is
// not supported.
func unsupported(what string) error { return &unsupportedError{what} }

type unsupportedError struct{ what string }

func (e *unsupportedError) Error() string { return e.what + ": " + errors.ErrUnsupported.Error() }
func (e *unsupportedError) Unwrap() error { return errors.ErrUnsupported }
