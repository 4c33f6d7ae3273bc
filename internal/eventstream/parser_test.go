package eventstream

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// msg is an event of the default type.
func msg(data string) Event { return Event{Type: "message", Data: data} }

// events is the outcome of a body that leads to es alone.
func events(es ...Event) outcome {
	o := outcome{Events: es, Retry: -1}
	if len(es) > 0 {
		o.ID = es[len(es)-1].LastEventID
	}
	return o
}

// ruleCases are bodies and what the rule that is named demands of them.
type ruleCases map[string]struct {
	body string
	want outcome
}

func (cases ruleCases) run(t *testing.T) {
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, oracle([]byte(tc.body), ""), "the oracle")
			everyChunking(t, tc.body, tc.want)
		})
	}
}

func TestBytesToLines(t *testing.T) {
	ruleCases{
		"B1 UTF-8 beyond ASCII passes":             {"data:ok…€😀\n\n", events(msg("ok…€😀"))},
		"B1 NUL is a character of data":            {"data:a\x00b\n\n", events(msg("a\x00b"))},
		"B2 one byte order mark is dropped":        {"\uFEFFdata:1\n\n", events(msg("1"))},
		"B2 a second one is part of the name":      {"\uFEFF\uFEFFdata:1\n\ndata:2\n\n", events(msg("2"))},
		"B2 one after the first line is text":      {"data:1\n\uFEFFdata:2\n\n", events(msg("1"))},
		"B2 one in data is data":                   {"data:\uFEFF1\n\n", events(msg("\uFEFF1"))},
		"B2 part of one is not one":                {"\xEF\xBBdata:1\n\ndata:2\n\n", events(msg("2"))},
		"B2 its first byte alone is not one":       {"\xEF\n\ndata:2\n\n", events(msg("2"))},
		"B2 of UTF-16 is not one":                  {"\xFE\xFFdata:1\n\ndata:2\n\n", events(msg("2"))},
		"B2 a body may be nothing else":            {"\uFEFF", events()},
		"B2 a comment may follow":                  {"\uFEFF:c\n", outcome{Comments: []string{"c"}, Retry: -1}},
		"B2 a CR may follow":                       {"\uFEFF\rdata:1\r\r", events(msg("1"))},
		"B4 LF":                                    {"data:1\ndata:2\n\n", events(msg("1\n2"))},
		"B4 CRLF":                                  {"data:1\r\ndata:2\r\n\r\n", events(msg("1\n2"))},
		"B4 CR":                                    {"data:1\rdata:2\r\r", events(msg("1\n2"))},
		"B4 mixed":                                 {"data:1\r\ndata:2\ndata:3\rdata:4\r\n\n", events(msg("1\n2\n3\n4"))},
		"B4 LF CR is two ends":                     {"data:1\n\rdata:2\n\n", events(msg("1"), msg("2"))},
		"B4 CR CRLF is two ends":                   {"data:1\r\r\ndata:2\n\n", events(msg("1"), msg("2"))},
		"B4 CRLF CR is two ends":                   {"data:1\r\n\rdata:2\r\r", events(msg("1"), msg("2"))},
		"B4 Unicode line separators are text":      {"data:a\u2028b\u2029c\u0085d\n\n", events(msg("a\u2028b\u2029c\u0085d"))},
		"B4 vertical tab and form feed are text":   {"data:a\vb\fc\x1Cd\x1Ee\n\n", events(msg("a\vb\fc\x1Cd\x1Ee"))},
		"B4 many empty lines do nothing":           {"\n\n\r\r\r\n\r\ndata:1\n\n\n\n", events(msg("1"))},
		"B5 CR CR at the end dispatches":           {"data:1\r\r", events(msg("1"))},
		"B5 LF CR at the end dispatches":           {"data:1\n\r", events(msg("1"))},
		"B5 CRLF CR at the end dispatches":         {"data:1\r\n\r", events(msg("1"))},
		"B5 the LF that follows is not a new line": {"data:1\r\n\r\n\ndata:2\r\n\r\n", events(msg("1"), msg("2"))},
	}.run(t)
}

func TestDispatch(t *testing.T) {
	ruleCases{
		"D1 an id alone counts for the next request": {"id:1\n\n", outcome{ID: "1", Retry: -1}},
		"D1 an id of an unfinished block does not":   {"id:1\n\nid:2\n", outcome{ID: "1", Retry: -1}},
		"D1 an id with a type and no data counts":    {"event:x\nid:1\n\n", outcome{ID: "1", Retry: -1}},
		"D2 no data, no event":                       {"event:x\n\ndata:1\n\n", events(msg("1"))},
		"D2 the type goes with the block":            {"event:x\n\ndata:1\n\n", events(msg("1"))},
		"D2 an empty data field is an event":         {"data:\n\n", events(msg(""))},
		"D2 data without a colon is an event":        {"data\n\n", events(msg(""))},
		"D2 two empty data fields are a line feed":   {"data\ndata\n\n", events(msg("\n"))},
		"D2 a priming event with an id":              {"id:x\ndata:\n\n", events(Event{"message", "", "x"})},
		"D2 a block of comments is none":             {":a\n\n", outcome{Comments: []string{"a"}, Retry: -1}},
		"D2 a block of unknown fields is none":       {"foo:a\n\n", events()},
		"D3 only one line feed is removed":           {"data:1\ndata:\ndata:\n\n", events(msg("1\n\n"))},
		"D3 the type is message by default":          {"data:1\n\n", events(msg("1"))},
		"D3 a type is set":                           {"event:x\ndata:1\n\n", events(Event{"x", "1", ""})},
		"D3 an id is set":                            {"id:5\ndata:1\n\n", events(Event{"message", "1", "5"})},
		"D3 an id after the data is the event's":     {"data:1\nid:5\n\n", events(Event{"message", "1", "5"})},
		"D4 the type is cleared":                     {"event:x\ndata:1\n\ndata:2\n\n", events(Event{"x", "1", ""}, msg("2"))},
		"D4 the id is not":                           {"id:5\ndata:1\n\ndata:2\n\n", events(Event{"message", "1", "5"}, Event{"message", "2", "5"})},
		"D4 an empty id resets it":                   {"id:5\ndata:1\n\nid\ndata:2\n\n", events(Event{"message", "1", "5"}, msg("2"))},
		"D5 an unfinished block is dropped":          {"data:1\n\ndata:2\n", events(msg("1"))},
		"D5 an unfinished line is dropped":           {"data:1\n\ndata:2", events(msg("1"))},
		"D5 its retry counts":                        {"data:2\nretry:7\n", outcome{Retry: 7}},
		"D5 an unfinished retry does not":            {"retry:7", outcome{Retry: -1}},
		"D5 an empty body is nothing":                {"", events()},
		"D8 error is a type like any other":          {"event:error\ndata:1\n\n", events(Event{"error", "1", ""})},
		"D8 open is a type like any other":           {"event:open\ndata:1\n\n", events(Event{"open", "1", ""})},
		"D8 message can be named":                    {"event:message\ndata:1\n\n", events(msg("1"))},
	}.run(t)
}

// B5: a CR must not wait for the byte that follows it, which may be long in
// coming.
func TestB5EventIsThereAsSoonAsItsCRIs(t *testing.T) {
	for name, body := range map[string]string{
		"CR CR":     "data:1\r\r",
		"CRLF CRLF": "data:1\r\n\r", // its last LF is still on its way
		"LF CR":     "data:1\n\r",
	} {
		t.Run(name, func(t *testing.T) {
			var p Parser
			assert.Equal(t, []Event{msg("1")}, run(&p, []byte(body)).Events)
			assert.Equal(t, []Event{msg("2")}, run(&p, []byte("\ndata:2\n\n")).Events, "the LF belongs to the CR")
		})
	}
}

func TestB6EachBodyStartsAfresh(t *testing.T) {
	for name, first := range map[string]string{
		"a finished body":            "data:0\n\n",
		"an unfinished line":         "data:0",
		"an unfinished block":        "event:x\ndata:0\n",
		"a type without data":        "event:x\n",
		"half a byte order mark":     "\xEF\xBB",
		"a CR whose LF never came":   "data:0\r\r",
		"an unfinished UTF-8 rune":   "data:\xE2\x82",
		"a body longer than a read":  strings.Repeat("data:0\n\n", maxRead),
		"a line longer than a read":  "data:" + strings.Repeat("0", 2*maxRead),
		"an unfinished block's id":   "id:8\ndata:0\n",
		"an unfinished id line":      "id:8",
		"a body that was over limit": "data:" + strings.Repeat("0", 5*maxRead),
	} {
		t.Run(name, func(t *testing.T) {
			p := Parser{MaxEventSize: 4 * maxRead}
			run(&p, []byte(first))
			p.Reset()
			require.NoError(t, p.Err())
			assert.Equal(t, events(msg("1"), msg("2")), run(&p, []byte("\uFEFFdata:1\n\ndata:2\n\n")))
		})
	}
}

func TestB6ALineFeedAtTheStartOfABodyIsALine(t *testing.T) {
	var p Parser
	run(&p, []byte("data:1\r"))
	p.Reset()
	assert.Equal(t, events(), run(&p, []byte("\n\n")))
}

// The text of the standard initialises the buffer with each body; browsers
// and WPT format-field-id-2 carry the ID over, and so do we.
func TestD7TheIDCarriesOverToTheNextBody(t *testing.T) {
	var p Parser
	p.SetLastEventID("7")
	assert.Equal(t, events(Event{"message", "1", "7"}), run(&p, []byte("data:1\n\n")))
	run(&p, []byte("id:8\n\nid:9\n")) // 9 is of a block that is never finished
	p.Reset()
	assert.Equal(t, events(Event{"message", "2", "8"}), run(&p, []byte("data:2\n\n")))
	p.Reset()
	assert.Equal(t, events(msg("3")), run(&p, []byte("id\ndata:3\n\n")))
	p.Reset()
	assert.Empty(t, p.LastEventID())
	assert.True(t, p.LastEventIDIs(""))
	assert.False(t, p.LastEventIDIs("8"))
}

func TestTheReconnectionTimeOutlivesABody(t *testing.T) {
	var p Parser
	run(&p, []byte("retry:7\n"))
	p.Reset()
	assert.Equal(t, int64(7), run(&p, []byte("retry:x\n\n")).Retry)
}

func TestLimit(t *testing.T) {
	const limit = 100
	for name, tc := range map[string]struct {
		body string
		ok   bool
	}{
		"data at the limit":                     {"data:" + strings.Repeat("x", 100) + "\n\n", true},
		"data at the limit after a space":       {"data: " + strings.Repeat("x", 100) + "\r\n\r\n", true},
		"data at the limit among other fields":  {"id: 12\nevent: tick\ndata: " + strings.Repeat("x", 100) + "\nretry: 1000\nid: 13\n\n", true},
		"data over it":                          {"data:" + strings.Repeat("x", 101) + "\n\n", false},
		"another line at the limit":             {":" + strings.Repeat("x", 99) + "\n\n", true},
		"another line over it":                  {":" + strings.Repeat("x", 100) + "\n\n", false},
		"a name that begins like data":          {"data:" + strings.Repeat("x", 100) + "\ndatabase: x\n\n", true},
		"lines of data that add up to it":       {strings.Repeat("data:xxxx\n", 20) + "data\n\n", true},
		"lines of data that add up to more":     {strings.Repeat("data:xxxx\n", 20) + "data:x\n\n", false},
		"empty lines of data":                   {strings.Repeat("data\n", 200) + "\n", false},
		"events that add up to more":            {strings.Repeat("data:xxxx\n\n", 200), true},
		"comments that add up to more":          {strings.Repeat(":xxxx\n", 200), true},
		"types that add up to more":             {strings.Repeat("event:xxxx\n", 200), true},
		"a data line that never ends":           {"data:" + strings.Repeat("x", 1000), false},
		"a comment that never ends":             {":" + strings.Repeat("x", 1000), false},
		"a name that never ends":                {strings.Repeat("x", 1000), false},
		"an id that never ends":                 {"id:" + strings.Repeat("x", 1000), false},
		"a line after data that never ends":     {"data:" + strings.Repeat("x", 90) + "\nid:" + strings.Repeat("x", 100), false},
		"data that came with the CR of another": {strings.Repeat("data:xxxx\r\n", 19) + "\r\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			for n := 1; n < len(tc.body); n += 7 {
				p := Parser{MaxEventSize: limit}
				run(&p, step([]byte(tc.body), n)...)
				var tooBig *TooBigError
				require.Equal(t, !tc.ok, errors.As(p.Err(), &tooBig), "reads of %d: %v", n, p.Err())
				if !tc.ok {
					assert.EqualValues(t, limit, tooBig.Limit)
					assert.Greater(t, tooBig.Size, tooBig.Limit)
					assert.ErrorContains(t, tooBig, "limit of 100")
				}
			}
		})
	}
}

func TestLimitIsForgottenByNoBody(t *testing.T) {
	p := Parser{MaxEventSize: 10}
	got := run(&p, []byte("data:1\n\ndata:23456789012\n\ndata:2\n\n"))
	assert.Equal(t, []Event{msg("1")}, got.Events, "what came before is delivered, what comes after is not")
	assert.Error(t, p.Err())
	assert.Empty(t, run(&p, []byte("\n\ndata:3\n\n")).Events)
}

func TestMemoryStaysInProportionToTheLimit(t *testing.T) {
	p := Parser{MaxEventSize: 64 << 10}
	var v View
	for range 1000 {
		p.Advance(len(p.Space())) // a line that never ends
		for p.Next(&v) {
			require.Fail(t, "an event without a line end")
		}
		if p.Err() != nil {
			break
		}
	}
	require.Error(t, p.Err())
	assert.LessOrEqual(t, len(p.buf), 4*64<<10)
}

func TestMemoryOfALargeEventIsNotKept(t *testing.T) {
	var p Parser
	large := "data:" + strings.Repeat("x", 3*maxKeep) + "\n"
	got := run(&p, []byte(large+large+"\n"), []byte("data:1\n\n"), []byte("data:2\n\n"))
	require.Len(t, got.Events, 3)
	assert.LessOrEqual(t, len(p.buf), maxRead)
	assert.Zero(t, cap(p.data.joined))
}

func TestSpaceIsNeverEmpty(t *testing.T) {
	var p Parser
	var v View
	for n := range 3 * maxRead {
		room := p.Space()
		require.NotEmpty(t, room)
		room[0] = "data: x"[min(n, 6)]
		p.Advance(1)
		require.False(t, p.Next(&v))
	}
}

func TestViewsNeedNoAllocation(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			var p Parser
			var v View
			in := body(256<<10, shape.event)
			parse(&p, in, 0, func(*View) {}) // grow the buffers
			assert.Zero(t, testing.AllocsPerRun(10, func() { parseInto(&v, &p, in, 0, func(*View) {}) }))
		})
	}
}
