package testserver

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAQueryGivesWhatWasAskedForOrTheDefault(t *testing.T) {
	q := parseQuery("n=7&empty=&ms=250&on=1&off=0&how=b&list=a,b,%20c&t=x;y&r=1&r=2&hex=0aff-00&header=A:1&header=B:%202")
	assert.Equal(t, 7, q.int("n", 1, 0, 10))
	assert.Equal(t, 1, q.int("empty", 1, 0, 10))
	assert.Equal(t, 1, q.int("missing", 1, 0, 10))
	assert.Equal(t, 250*time.Millisecond, q.millis("ms", 0))
	assert.Equal(t, time.Second, q.millis("missing", time.Second))
	assert.True(t, q.flag("on", false))
	assert.False(t, q.flag("off", true))
	assert.True(t, q.flag("missing", true))
	assert.Equal(t, "b", q.choice("how", "a", "b"))
	assert.Equal(t, "a", q.choice("missing", "a", "b"))
	assert.Equal(t, []string{"a", "b", "c"}, q.list("list"))
	assert.Equal(t, "x;y", q.text("t", ""))
	assert.Equal(t, []string{"1", "2"}, q.all("r"))
	assert.Equal(t, [][]byte{{0x0a, 0xff}, {0}}, q.hex("hex"))
	assert.Empty(t, q.hex("missing"))
	assert.Equal(t, http.Header{"A": {"1"}, "B": {"2"}}, q.header())
	assert.NoError(t, q.err)
}

func TestAQuerySaysWhatIsWrong(t *testing.T) {
	for name, tc := range map[string]struct {
		raw  string
		read func(*query)
		want string
	}{
		"not a number":        {"n=x", func(q *query) { q.int("n", 1, 0, 10) }, "from 0 to 10"},
		"too small":           {"n=-1", func(q *query) { q.int("n", 1, 0, 10) }, "from 0 to 10"},
		"too large":           {"n=11", func(q *query) { q.int("n", 1, 0, 10) }, "from 0 to 10"},
		"beyond any integer":  {"n=99999999999999999999", func(q *query) { q.int("n", 1, 0, 10) }, "from 0 to 10"},
		"too long":            {"ms=60001", func(q *query) { q.millis("ms", 0) }, "60000"},
		"no flag":             {"on=yes", func(q *query) { q.flag("on", false) }, "0 or 1"},
		"no choice":           {"how=c", func(q *query) { q.choice("how", "a", "b") }, "one of a, b"},
		"half a byte":         {"hex=abc", func(q *query) { q.hex("hex") }, "hexadecimal"},
		"no field":            {"header=a", func(q *query) { q.header() }, "Name:value"},
		"a name with a space": {"header=a%20b:c", func(q *query) { q.header() }, "Name:value"},
		"another response":    {"header=a:b%0D%0A%0D%0A", func(q *query) { q.header() }, "without line ends"},
		"another field":       {"to=/%0D%0Ax:y", func(q *query) { q.field("to", "") }, "without line ends"},
		"no escape":           {"a=%zz", func(*query) {}, "%zz"},
	} {
		t.Run(name, func(t *testing.T) {
			q := parseQuery(tc.raw)
			tc.read(q)
			assert.ErrorContains(t, q.err, tc.want)
		})
	}
}

func TestAQueryKeepsTheFirstError(t *testing.T) {
	q := parseQuery("a=x&b=y")
	q.int("a", 0, 0, 1)
	q.int("b", 0, 0, 1)
	var got *queryError
	require.ErrorAs(t, q.err, &got)
	assert.Equal(t, queryError{Name: "a", Value: "x", Want: "a whole number from 0 to 1"}, *got)
}

func TestAnErrorDoesNotRepeatAHugeValue(t *testing.T) {
	q := parseQuery("a=" + strings.Repeat("x", 1<<20))
	q.int("a", 0, 0, 1)
	assert.Less(t, len(q.err.Error()), 200)
}

// Whatever a page asks for, it does not get more than the limits.
func TestRoutesRefuseWhatIsOverALimit(t *testing.T) {
	s := New(t)
	for _, target := range []string{
		"/ws/echo?limit=0", "/ws/echo?fragment=-1", "/ws/burst?n=1000001", "/ws/burst?n=-1", "/ws/burst?size=16777217",
		"/ws/burst?n=1000000&size=16777216", "/ws/burst?code=65536", "/ws/burst?code=-4", "/ws/burst?type=ping",
		"/ws/close?after=1000001", "/ws/close?reason=" + strings.Repeat("x", 124), "/ws/drop?how=no",
		"/ws/reject?status=101", "/ws/reject?status=600", "/ws/redirect?status=200", "/ws/slow?handshake=60001",
		"/ws/slow?echo=60001", "/ws/silent?read=2", "/ws/ping?n=1000001", "/ws/raw?hex=0", "/ws/raw?then=no", "/ws/raw?segment=2",
		"/ws/onclose?hex=x", "/ws/answer?upgrade=%0A", "/ws/fragments?n=0", "/ws/flood?n=10000001", "/ws/flood?kind=x",
		"/sse/count?n=1000001", "/sse/count?interval=60001", "/sse/count?retry=-1", "/sse/count?then=no", "/sse/status?code=100",
		"/sse/status?times=-1", "/sse/type?content-type=%0D", "/sse/raw?delay=60001", "/sse/redirect?status=404",
		"/sse/heartbeat?interval=60001", "/sse/types?n=-1", "/sse/slowline?size=67108865", "/sse/slowline?step=0",
	} {
		t.Run(target, func(t *testing.T) {
			resp := get(t, s, target)
			assert.Equal(t, 400, resp.StatusCode)
		})
	}
}
