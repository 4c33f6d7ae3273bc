//go:build js

package browser

import (
	"slices"
	"syscall/js"
)

// EventSourceEvents receives what happens to an EventSource. The methods are
// called on the event loop, in the order of the events, and must not wait.
// None is called after Close.
type EventSourceEvents interface {
	// Opened says that the server has answered with an event stream, for the
	// first time or again.
	Opened()
	// Event delivers an event of one of the types asked for.
	Event(typ, data, lastEventID string)
	// Failed says that the connection is lost, or was not opened. If closed
	// is false the platform will connect again by itself; if it is true it
	// has given up. err is nil unless delivering an event threw something:
	// the platform hides the reason.
	Failed(closed bool, err error)
}

// An EventSource is the platform's EventSource.
type EventSource struct {
	source   js.Value
	types    []string
	events   EventSourceEvents
	callback *callback
}

// readyStateClosed is EventSource.CLOSED.
const readyStateClosed = 2

// HasEventSource reports whether there is an EventSource.
func HasEventSource() bool {
	_, err := global("EventSource")
	return err == nil
}

// NewEventSource starts to connect to url and returns at once. It listens for
// types; events of other types are dropped by the platform. If the constructor
// throws, such as for a URL that it cannot parse, nothing is left behind.
//
// Source: WHATWG HTML, section 9.2.2, "The EventSource interface".
func NewEventSource(url string, withCredentials bool, types []string, events EventSourceEvents) (*EventSource, error) {
	constructor, err := global("EventSource")
	if err != nil {
		return nil, err
	}
	s := &EventSource{events: events, types: []string{"open", "error"}} // of the connection itself
	for _, typ := range types {
		if !slices.Contains(s.types, typ) {
			s.types = append(s.types, typ)
		}
	}
	if err := try(func() {
		s.source = constructor.New(url, map[string]any{"withCredentials": withCredentials})
	}); err != nil {
		return nil, err
	}
	s.callback = newCallback(s.onEvent, func(err error) { events.Failed(s.closed(), err) })
	if err := try(func() { s.listen("addEventListener") }); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// listen adds or removes the one callback for all types. There is no way to
// hear the types that are not named.
func (s *EventSource) listen(method string) {
	for _, typ := range s.types {
		s.source.Call(method, typ, s.callback.Value)
	}
}

// onEvent tells the connection's own open and error from events of the server
// that carry these names: only the latter have data.
func (s *EventSource) onEvent(args []js.Value) {
	event := args[0]
	typ := text(event.Get("type"))
	data := event.Get("data")
	switch {
	case data.Type() == js.TypeString:
		s.events.Event(typ, data.String(), text(event.Get("lastEventId")))
	case typ == "open":
		s.events.Opened()
	case typ == "error":
		s.events.Failed(s.closed(), nil)
	}
}

// closed reports whether the platform will not connect again by itself: after
// an answer other than 200 or another content type, in Firefox also when
// nobody listens.
func (s *EventSource) closed() bool {
	return number(s.source.Get("readyState")) == readyStateClosed
}

// Close ends the connection and releases everything. Calls after the first do
// nothing.
func (s *EventSource) Close() {
	if s.callback.released {
		return
	}
	_ = try(func() { s.source.Call("close") })
	_ = try(func() { s.listen("removeEventListener") })
	s.callback.release()
}
