package conformance

import (
	"context"
	"math/rand/v2"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Row is one behaviour.
type Row struct {
	// Name reads like a sentence of the specification, after its topic and a
	// slash.
	Name string
	// Run shows the behaviour.
	Run func(t *T)
	// Except names the targets on which a fact about the platform rules the
	// row out, and the fact. "browser" stands for every js target.
	Except map[string]string
}

// browser stands for every js target in Row.Except. Node counts: its
// WebSocket and EventSource follow the browsers' standards.
const browser = "browser"

// A T is what a row gets: the test, the server, and a context that ends long
// after the row should have.
type T struct {
	*testing.T
	HTTP, WS string // URLs of the companion server, without a path
	ctx      context.Context
}

// patience is what a row may take. It is no measure of anything: a row that
// works takes milliseconds, and a busy machine makes no row fail.
const patience = time.Minute

// excepted is the message of a declared skip. The program that compares
// targets looks for it.
const excepted = "excepted on "

// RunAll runs rows as subtests of t, one after another: browsers open one
// WebSocket to a host at a time (RFC 6455, section 4.1) and allow six
// requests to it at once, so rows that run together would wait for each other.
func RunAll(t *testing.T, rows []Row) {
	for _, row := range rows {
		t.Run(row.Name, func(t *testing.T) {
			if why, ok := row.exception(); ok {
				t.Skip(excepted + why)
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			row.Run(&T{t, os.Getenv("AMPHIWIRE_HTTP"), os.Getenv("AMPHIWIRE_WS"), ctx})
		})
	}
}

// exception reports whether the row is ruled out here, and by which fact.
func (r *Row) exception() (why string, ok bool) {
	target := os.Getenv("AMPHIWIRE_TARGET")
	if fact, ok := r.Except[target]; ok {
		return target + ": " + fact, true
	}
	if fact, ok := r.Except[browser]; ok && onJS {
		return browser + ": " + fact, true
	}
	return "", false
}

// onJS tells rows what to expect where the platforms' standards differ.
const onJS = runtime.GOOS == "js"

// ws returns the URL of a WebSocket route, with a query of names and values
// in turn.
func (t *T) ws(path string, query ...string) string { return t.WS + "/ws/" + path + encode(query) }

// sse returns the URL of an event stream's route.
func (t *T) sse(path string, query ...string) string { return t.HTTP + "/sse/" + path + encode(query) }

func encode(query []string) string {
	s := ""
	for i := 0; i < len(query); i += 2 {
		s += string("?&"[min(i, 1)]) + query[i] + "=" + url.QueryEscape(query[i+1])
	}
	return s
}

// unique returns a name that no other row and no other target uses: several
// targets share one server.
func unique() string { return strconv.FormatUint(rand.Uint64(), 36) }

// within returns a context of the row that ends after d.
func (t *T) within(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.ctx, d)
	t.Cleanup(cancel)
	return ctx
}

// retry calls f with a context that soon ends, again and again until f is
// not cut short by it.
func (t *T) retry(f func(ctx context.Context) error) {
	t.Helper()
	for d := time.Millisecond; ; d = d%(3*time.Millisecond) + time.Millisecond {
		ctx, cancel := context.WithTimeout(t.ctx, d)
		err := f(ctx)
		cancel()
		if err == nil {
			return
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.NoError(t, t.ctx.Err(), "nothing comes")
	}
}

// eventually waits until ok holds.
func (t *T) eventually(what string, ok func() bool) {
	t.Helper()
	for !ok() {
		if t.ctx.Err() != nil {
			t.Fatalf("not within %v: %s", patience, what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// await receives from ch. A behaviour that does not come fails the row rather
// than keep all others from running.
func await[V any](t *T, ch <-chan V) V {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-t.ctx.Done():
		t.Fatalf("not within %v", patience)
	}
	var none V
	return none
}
