//go:build js

package browser

import (
	"context"
	"syscall/js"
)

// FetchOptions are what a request is made of.
type FetchOptions struct {
	Method string
	// Header's values are bytes; what is not ASCII is sent as it is.
	Header map[string][]string
	// Body is sent if it is not nil.
	Body []byte
	// Credentials is omit, same-origin or include; Cache one of the modes of
	// the Fetch standard. Empty: the platform's default.
	Credentials, Cache string
}

// A Fetch is a request that can be sent once.
type Fetch struct{ fetch, request, controller js.Value }

// NewFetch makes a request that follows redirects. It fails for what would
// fail at every attempt: a URL, method or header that the platform does not
// take. For a header that the platform drops without a word, the error is a
// *[RefusedHeaderError].
//
// Source: Fetch, section 5.3, "Request class".
func NewFetch(url string, o *FetchOptions) (*Fetch, error) {
	var f Fetch
	var request, abort js.Value
	for name, v := range map[string]*js.Value{"fetch": &f.fetch, "Request": &request, "AbortController": &abort} {
		var err error
		if *v, err = global(name); err != nil {
			return nil, err
		}
	}
	err := try(func() {
		f.controller = abort.New()
		f.request = request.New(url, o.init())
	})
	if err == nil {
		err = f.checkHeader(o.Header)
	}
	if err != nil {
		return nil, err
	}
	return &f, nil
}

// init is the RequestInit dictionary.
func (o *FetchOptions) init() js.Value {
	init := js.Global().Get("Object").New()
	init.Set("method", o.Method)
	init.Set("redirect", "follow")
	var header []any
	for name, values := range o.Header {
		for _, value := range values {
			header = append(header, []any{name, toByteString(value)})
		}
	}
	init.Set("headers", header)
	if o.Body != nil {
		body := uint8Array.get().New(len(o.Body))
		js.CopyBytesToJS(body, o.Body)
		// Not the bytes themselves: Node cannot send them again after a redirect.
		init.Set("body", js.Global().Get("Blob").New([]any{body}))
	}
	if o.Credentials != "" {
		init.Set("credentials", o.Credentials)
	}
	if o.Cache != "" {
		init.Set("cache", o.Cache)
	}
	return init
}

// checkHeader finds what the request does not hold although it was asked for:
// "forbidden request-headers" (Fetch, section 2.2.2) vanish without an error.
func (f *Fetch) checkHeader(header map[string][]string) error {
	held := f.request.Get("headers")
	for name, values := range header {
		if len(values) > 0 && !held.Call("has", name).Truthy() {
			return &RefusedHeaderError{Name: name}
		}
	}
	return nil
}

// Do sends the request and waits for the header of the answer, after
// redirects; in Firefox also for the first byte of its body. The end of ctx
// ends Do at once, with the cause of ctx, and not the answer's body later.
// Without an answer the error is an *[Error]; in a browser it tells no reason.
func (f *Fetch) Do(ctx context.Context) (*Response, error) {
	r := &Response{wait: newWaiter(f.controller)}
	r.wait.start(func() js.Value {
		return f.fetch.Invoke(f.request, map[string]any{"signal": f.controller.Get("signal")})
	})
	response, err := r.wait.settled(ctx)
	if err == nil {
		err = try(func() { r.read(response) })
	}
	if err != nil {
		r.wait.stop()
		return nil, err
	}
	return r, nil
}
