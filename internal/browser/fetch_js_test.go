//go:build js

package browser

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeFetch answers from the page. last.chunk(text), last.end() and
// last.fail() play the server's body; a path decides the rest.
const fakeFetch = `
	const last = {};
	const fetch = async (request, init) => {
		last.request = request;
		last.signal = init.signal;
		const aborted = new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(init.signal.reason)));
		aborted.catch(() => {});
		if (request.url.endsWith("/hang")) await aborted;
		if (request.url.endsWith("/refused")) throw new TypeError("fetch failed", {cause: new Error("ECONNREFUSED")});
		if (request.url.endsWith("/204")) return new Response(null, {status: 204});
		last.text = await request.text();
		const body = new ReadableStream({ start(controller) {
			last.chunk = (s) => controller.enqueue(new TextEncoder().encode(s));
			last.enqueue = (v) => controller.enqueue(v);
			last.end = () => controller.close();
			last.fail = () => controller.error(new TypeError("network error"));
			aborted.catch((reason) => { try { controller.error(reason) } catch {} });
		}});
		return new Response(body, {status: 201, headers: {"X-Test": "a, b", "Content-Type": "text/plain"}});
	};
	return {fetch, last};`

func setUpFetch(t *testing.T) (last js.Value) {
	t.Helper()
	wantNoLeak(t)
	fake := script(fakeFetch)
	replaceGlobal(t, "fetch", fake.Get("fetch"))
	t.Cleanup(func() { // an aborted promise is rejected, and its callbacks released, in a later task
		turn := make(chan struct{})
		f := js.FuncOf(func(js.Value, []js.Value) any { close(turn); return nil })
		defer f.Release()
		js.Global().Call("setTimeout", f, 0)
		<-turn
	})
	return fake.Get("last")
}

func do(t *testing.T, path string) (*Response, error) {
	t.Helper()
	f, err := NewFetch("http://server.test"+path, &FetchOptions{Method: "GET"})
	require.NoError(t, err)
	return f.Do(t.Context())
}

func respond(t *testing.T) *Response {
	t.Helper()
	r, err := do(t, "/")
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	return r
}

func TestFetchSendsTheRequest(t *testing.T) {
	last := setUpFetch(t)
	f, err := NewFetch("http://server.test/path?q=1", &FetchOptions{
		Method:      "POST",
		Header:      map[string][]string{"X-One": {"1"}, "X-Two": {"a", "b"}, "X-Bytes": {"é"}},
		Body:        []byte("body é"),
		Credentials: "include",
		Cache:       "no-store",
	})
	require.NoError(t, err)
	r, err := f.Do(t.Context())
	require.NoError(t, err)
	defer r.Close()
	request := last.Get("request")
	for property, want := range map[string]string{
		"url": "http://server.test/path?q=1", "method": "POST", "credentials": "include",
		"cache": "no-store", "redirect": "follow",
	} {
		assert.Equal(t, want, request.Get(property).String(), property)
	}
	assert.Equal(t, "body é", last.Get("text").String())
	assert.Equal(t, "1", request.Get("headers").Call("get", "X-One").String())
	assert.Equal(t, "\u00c3\u00a9", request.Get("headers").Call("get", "X-Bytes").String())
	assert.Equal(t, "a, b", request.Get("headers").Call("get", "X-Two").String())
}

func TestResponseHasStatusAndHeader(t *testing.T) {
	setUpFetch(t)
	r := respond(t)
	assert.Equal(t, 201, r.Status)
	assert.Equal(t, map[string]string{"x-test": "a, b", "content-type": "text/plain"}, r.Header)
}

func TestReadReturnsChunksOfAnySizeThenEOF(t *testing.T) {
	last := setUpFetch(t)
	r := respond(t)
	long := strings.Repeat("0123456789", 10_000)
	for _, chunk := range []string{"first", "", long, "last"} {
		last.Call("chunk", chunk)
	}
	last.Call("end")
	var b strings.Builder
	_, err := io.CopyBuffer(&b, struct{ io.Reader }{r}, make([]byte, 999))
	require.NoError(t, err)
	assert.True(t, "first"+long+"last" == b.String())
	_, err = r.Read(make([]byte, 1))
	assert.Equal(t, io.EOF, err, "for ever")
	n, err := r.Read(nil)
	assert.Zero(t, n)
	assert.NoError(t, err)
}

func TestReadReportsALostConnectionAfterWhatCameBefore(t *testing.T) {
	last := setUpFetch(t)
	r := respond(t)
	last.Call("chunk", "x")
	p := make([]byte, 10)
	n, err := r.Read(p)
	require.NoError(t, err)
	assert.Equal(t, "x", string(p[:n]))
	last.Call("fail")
	_, err = r.Read(p)
	assert.ErrorContains(t, err, "network error")
	_, again := r.Read(p)
	assert.Same(t, err, again)
}

func TestReadReportsAChunkThatIsNotBytes(t *testing.T) {
	last := setUpFetch(t)
	r := respond(t)
	last.Call("enqueue", 7)
	_, err := r.Read(make([]byte, 1))
	var thrown *Error
	assert.ErrorAs(t, err, &thrown)
}

func TestAResponseWithoutABodyIsEmpty(t *testing.T) {
	setUpFetch(t)
	r, err := do(t, "/204")
	require.NoError(t, err)
	defer r.Close()
	assert.Equal(t, 204, r.Status)
	_, err = r.Read(make([]byte, 1))
	assert.Equal(t, io.EOF, err)
}

func TestCloseEndsAReadThatWaits(t *testing.T) {
	last := setUpFetch(t)
	r := respond(t)
	result := make(chan error, 1)
	go func() { _, err := r.Read(make([]byte, 1)); result <- err }()
	last.Call("chunk", "x")
	require.NoError(t, receive(t, result))
	go func() { _, err := r.Read(make([]byte, 1)); result <- err }()
	go r.Close()
	assert.Equal(t, ErrClosed, receive(t, result))
	assert.NoError(t, r.Close())
	_, err := r.Read(make([]byte, 1))
	assert.Equal(t, ErrClosed, err)
	assert.True(t, last.Get("signal").Get("aborted").Bool())
}

func TestFetchEndsWithItsContext(t *testing.T) {
	last := setUpFetch(t)
	f, err := NewFetch("http://server.test/hang", &FetchOptions{Method: "GET"})
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	result := make(chan error, 1)
	go func() { _, err := f.Do(ctx); result <- err }()
	reason := errors.New("enough")
	cancel(reason)
	assert.Equal(t, reason, receive(t, result))
	assert.True(t, last.Get("signal").Get("aborted").Bool())
}

func TestFetchWithoutAnAnswerTellsWhatThePlatformTells(t *testing.T) {
	setUpFetch(t)
	_, err := do(t, "/refused")
	assert.EqualError(t, err, "TypeError: fetch failed: Error: ECONNREFUSED")
}

func TestFetchRefusesWhatThePlatformDoesNotTake(t *testing.T) {
	wantNoLeak(t)
	for what, test := range map[string]struct{ url, method, header string }{
		"a URL":    {"http://[", "GET", "X-A"},
		"a method": {"http://server.test/", "TRACE", "X-A"},
		"a header": {"http://server.test/", "GET", "X A"},
	} {
		_, err := NewFetch(test.url, &FetchOptions{Method: test.method, Header: map[string][]string{test.header: {"v"}}})
		var thrown *Error
		require.ErrorAs(t, err, &thrown, what)
		assert.Equal(t, "TypeError", thrown.Name, what)
	}
}

// Fetch, section 2.2.2: a header of a "forbidden request-header" name is one
// that a program cannot set; Request drops it without an error. Node has no
// such names, so the test brings a Request of its own.
func TestAHeaderThatVanishesIsAnError(t *testing.T) {
	wantNoLeak(t)
	replaceGlobal(t, "Request", script(`return class { headers = new Headers() }`))
	_, err := NewFetch("http://server.test/", &FetchOptions{Method: "GET", Header: map[string][]string{"Cookie": {"a=b"}}})
	var refused *RefusedHeaderError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "Cookie", refused.Name)
}

func TestMissingGlobalsOfFetchAreUnsupported(t *testing.T) {
	for _, name := range []string{"fetch", "Request", "AbortController"} {
		t.Run(name, func(t *testing.T) {
			replaceGlobal(t, name, js.Undefined())
			_, err := NewFetch("http://server.test/", &FetchOptions{Method: "GET"})
			var missing *MissingError
			require.ErrorAs(t, err, &missing)
			assert.Equal(t, name, missing.Global)
		})
	}
}
