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
		"all three fields":                 {"\nid:1\nevent:x\ndata:1\n\ndata:2\n\n", events(Event{"x", "1", "1"}, Event{"message", "2", "1"})},
		"all three the other way round":    {"\ndata: 1\nevent: x\nid: 1\n\ndata:2\n\n", events(Event{"x", "1", "1"}, Event{"message", "2", "1"})},
		"the last id and type win":         {"\nid:1\nevent:x\ndata:1\nid: 2\nevent: y\n\n", events(Event{"y", "1", "2"})},
		"an empty type after another":      {"\nevent:x\nevent:\ndata:1\n\n", events(msg("1"))},
		"an empty id after another":        {"id:1\n\nid:2\nid:\ndata:1\n\n", events(msg("1"))},
		"an id with NUL after another":     {"\nid:1\nid:2\x00\ndata:1\n\n", events(Event{"message", "1", "1"})},
		"an id of ill-formed text":         {"\nid:\xFF\nevent:\xFE\ndata:\xFD\n\n", events(Event{"\uFFFD", "\uFFFD", "\uFFFD"})},
		"an id and a type, then no data":   {"\nid:1\nevent:x\n\ndata:1\n\n", events(Event{"message", "1", "1"})},
		"two lines of data, then an id":    {"\nevent:x\ndata:1\ndata:2\nid:1\n\n", events(Event{"x", "1\n2", "1"})},
		"a comment in the midst":           {"\nid:1\n:c\ndata:1\n\n", outcome{Events: []Event{{"message", "1", "1"}}, Comments: []string{"c"}, ID: "1", Retry: -1}},
		"a retry in the midst":             {"\nid:1\nretry:5\ndata:1\n\n", outcome{Events: []Event{{"message", "1", "1"}}, ID: "1", Retry: 5}},
		"fields without a colon":           {"\nid:1\nevent:x\nid\nevent\ndata\n\n", events(msg(""))},
		"an unfinished block with an id":   {"\nid:1\ndata:1\n", events()},
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
	for _, field := range []string{"id: ", "event: "} {
		p := Parser{MaxEventSize: 10}
		o := run(&p, []byte("\n"+field+strings.Repeat("x", 10-len(field))+"\ndata:0\n\n"+field+strings.Repeat("x", 11-len(field))+"\ndata:0\n\n"))
		assert.Len(t, o.Events, 1)
		assert.Error(t, p.Err())
	}
}

// A line that comes in many reads costs time in proportion to its length only
// if no byte of it is searched twice.
func TestTheShortWayRemembersWhatItSearched(t *testing.T) {
	for _, before := range []string{"", "id: 1\n", "event:\n", "id: 1\nevent: x\n", "data: 0\n", ":\n"} {
		var p Parser
		var v View
		for _, chunk := range []string{"\n" + before + "data:", "xxx", "yyy"} {
			p.Advance(copy(p.Space(), chunk))
			require.False(t, p.Next(&v))
			assert.Equal(t, p.w, p.scan, before)
		}
		p.Advance(copy(p.Space(), "\n\n"))
		require.True(t, p.Next(&v))
		assert.True(t, strings.HasSuffix(string(v.Data), "xxxyyy"), before)
	}
}
