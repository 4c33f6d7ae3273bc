package eventstream

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whole, these bodies go the short way; byte by byte they cannot.
func TestTheShortWayLeadsToTheSame(t *testing.T) {
	ruleCases{
		"after a block of another kind":    {"event:x\n\ndata:1\n\n", events(msg("1"))},
		"after an id without data":         {"id:1\n\ndata:1\n\n", outcome{Events: []Event{{"message", "1", "1"}}, ID: "1", Retry: -1}},
		"after a comment":                  {"\n:c\ndata:1\n\n", outcome{Events: []Event{msg("1")}, Comments: []string{"c"}, Retry: -1}},
		"after an id in the same block":    {"\nid:1\ndata:1\n\n", events(Event{"message", "1", "1"})},
		"after a type in the same block":   {"\nevent:x\ndata:1\n\n", events(Event{"x", "1", ""})},
		"after data in the same block":     {"\ndata:0\ndata:1\n\n", events(msg("0\n1"))},
		"before another field":             {"\ndata:1\nevent:x\n\n", events(Event{"x", "1", ""})},
		"a CR ends the empty line":         {"\ndata:1\n\rdata:2\n\n", events(msg("1"), msg("2"))},
		"a CR ends the line":               {"\ndata:1\r\n\ndata:2\n\n", events(msg("1"), msg("2"))},
		"the LF of a CRLF comes first":     {"data:0\r\r\ndata:1\n\n", events(msg("0"), msg("1"))},
		"one space":                        {"\ndata: 1\n\n", events(msg("1"))},
		"two spaces":                       {"\ndata:  1\n\n", events(msg(" 1"))},
		"no value":                         {"\ndata:\n\n", events(msg(""))},
		"no value but a space":             {"\ndata: \n\n", events(msg(""))},
		"a longer name":                    {"\ndata1:1\n\ndata:2\n\n", events(msg("2"))},
		"ill-formed text":                  {"\ndata:\xFF1\n\ndata:2\n\n", events(msg("\uFFFD1"), msg("2"))},
		"a byte order mark before it":      {"\uFEFFdata:1\n\ndata:2\n\n", events(msg("1"), msg("2"))},
		"an empty line more after it":      {"\ndata:1\n\n\ndata:2\n\n", events(msg("1"), msg("2"))},
		"an unfinished block":              {"\ndata:1\n", events()},
		"an unfinished line":               {"\ndata:1", events()},
		"a block whose end is yet to come": {"\ndata:1\n\ndata:2\n", events(msg("1"))},
	}.run(t)
}

func TestTheShortWayKeepsToTheLimit(t *testing.T) {
	for size, want := range map[int]int{9: 2, 10: 2, 11: 1} {
		p := Parser{MaxEventSize: 10}
		o := run(&p, []byte("\ndata:0\n\ndata: "+strings.Repeat("x", size)+"\n\n"))
		assert.Len(t, o.Events, want, size)
		assert.Equal(t, want == 1, p.Err() != nil, size)
	}
}

// A line that comes in many reads costs time in proportion to its length only
// if no byte of it is searched twice.
func TestTheShortWayRemembersWhatItSearched(t *testing.T) {
	var p Parser
	var v View
	for _, chunk := range []string{"\ndata:", "xxx", "yyy"} {
		p.Advance(copy(p.Space(), chunk))
		require.False(t, p.Next(&v))
		assert.Equal(t, p.w, p.scan)
	}
	p.Advance(copy(p.Space(), "\n\n"))
	require.True(t, p.Next(&v))
	assert.Equal(t, "xxxyyy", string(v.Data))
}
