package wasm

// pageEvents are those that tell that a connection may be dead, or that one
// can be made again (WHATWG HTML, "navigator.onLine" and "pageswap, pagehide
// and pageshow"; the WICG's Page Lifecycle for resume).
var pageEvents = [...]string{"online", "offline", "visibilitychange", "pageshow", "pagehide", "resume"}

// WatchPage calls f with the name of each event that the page gets of online,
// offline, visibilitychange, pageshow, pagehide and resume, until stop is
// called. f is called on the event loop and must not wait. Workers get the
// first two alone, and Node none.
func WatchPage(f func(event string)) (stop func()) {
	stop, _ = listen(f, pageEvents[:]...)
	return stop
}
