package eventstream

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// comments is the outcome of a body that holds cs alone.
func comments(cs ...string) outcome { return outcome{Comments: cs, Retry: -1} }

func TestLinesToFields(t *testing.T) {
	ruleCases{
		"F1 a comment is no event":                {":x\ndata:1\n:y\n\n", outcome{Events: []Event{msg("1")}, Comments: []string{"x", "y"}, Retry: -1}},
		"F1 a comment keeps its space":            {": x\n", comments(" x")},
		"F1 a comment may be empty":               {":\n", comments("")},
		"F1 a comment may look like a field":      {":data:1\n\n", comments("data:1")},
		"F1 a comment does not split the data":    {"data:1\n:\ndata:2\n\n", outcome{Events: []Event{msg("1\n2")}, Comments: []string{""}, Retry: -1}},
		"F1 ill-formed text in a comment":         {":\xFFx\n", comments("\uFFFDx")},
		"F2 one space is dropped":                 {"data: 1\n\n", events(msg("1"))},
		"F2 only one":                             {"data:  1\n\n", events(msg(" 1"))},
		"F2 none to drop":                         {"data:1\n\n", events(msg("1"))},
		"F2 a space alone is an empty value":      {"data: \n\n", events(msg(""))},
		"F2 a tab is kept":                        {"data:\t1\n\n", events(msg("\t1"))},
		"F2 a no-break space is kept":             {"data:\u00A01\n\n", events(msg("\u00A01"))},
		"F2 an ideographic space is kept":         {"data:\u30001\n\n", events(msg("\u30001"))},
		"F2 a trailing space is kept":             {"data:1 \n\n", events(msg("1 "))},
		"F2 later colons are part of the value":   {"data:a:b: c\n\n", events(msg("a:b: c"))},
		"F2 a colon may follow at once":           {"data::\n\n", events(msg(":"))},
		"F2 event without a colon resets":         {"event:x\nevent\ndata:1\n\n", events(msg("1"))},
		"F2 id without a colon resets":            {"id:1\nid\ndata:1\n\n", events(msg("1"))},
		"F2 retry without a colon is ignored":     {"retry\ndata:1\n\n", events(msg("1"))},
		"F2 the space goes for id":                {"id: 1\ndata:1\n\n", events(Event{"message", "1", "1"})},
		"F2 the space goes for event":             {"event: x\ndata:1\n\n", events(Event{"x", "1", ""})},
		"F3 a name before a space is unknown":     {"data :1\n\ndata:2\n\n", events(msg("2"))},
		"F3 a name after a space is unknown":      {" data:1\n\ndata:2\n\n", events(msg("2"))},
		"F3 an upper case name is unknown":        {"Data:1\n\nDATA:1\n\ndata:2\n\n", events(msg("2"))},
		"F3 the start of a name is unknown":       {"dat:1\n\nda\n\nd\n\ndata:2\n\n", events(msg("2"))},
		"F3 a longer name is unknown":             {"datax:1\n\ndataa\n\ndata2\n\ndata:2\n\n", events(msg("2"))},
		"F3 a name with a NUL is unknown":         {"data\x00:1\n\ndata:2\n\n", events(msg("2"))},
		"F3 a name with a tab is unknown":         {"data\t:1\n\ndata:2\n\n", events(msg("2"))},
		"F3 unknown names in the block":           {"foo:1\ndata:2\nbar\n\n", events(msg("2"))},
		"F3 likenesses of the other names":        {"eventx:1\nidx:1\nretryx:1\nEvent:1\nID:1\nevents\nids\ndata:2\n\n", events(msg("2"))},
		"F3 a name of ill-formed text is unknown": {"\xFFdata:1\n\ndata\xFF:1\n\ndata:2\n\n", events(msg("2"))},
		"F4 data joins its lines":                 {"data:1\ndata:2\ndata:3\n\n", events(msg("1\n2\n3"))},
		"F4 an empty line of data counts":         {"data:1\ndata\ndata:3\n\n", events(msg("1\n\n3"))},
		"F4 an empty first line of data counts":   {"data:\ndata:2\n\n", events(msg("\n2"))},
		"F4 other fields may come between":        {"data:1\nid:5\nevent:x\ndata:2\n\n", events(Event{"x", "1\n2", "5"})},
		"F4 the last event wins":                  {"event:a\nevent:b\ndata:1\n\n", events(Event{"b", "1", ""})},
		"F4 an empty event resets":                {"event:a\nevent:\ndata:1\n\n", events(msg("1"))},
		"F4 a type may hold anything":             {"event:a b:c\x00€\ndata:1\n\n", events(Event{"a b:c\x00€", "1", ""})},
		"F4 a type of ill-formed text":            {"event:\xC0\ndata:1\n\n", events(Event{"\uFFFD", "1", ""})},
		"F5 the last id wins":                     {"id:1\nid:2\ndata:1\n\n", events(Event{"message", "1", "2"})},
		"F5 an id with NUL is ignored":            {"id:1\ndata:1\n\nid:2\x00\ndata:2\n\n", events(Event{"message", "1", "1"}, Event{"message", "2", "1"})},
		"F5 NUL alone is ignored":                 {"id:1\nid:\x00\ndata:1\n\n", events(Event{"message", "1", "1"})},
		"F5 an id beyond ASCII":                   {"id:…€\ndata:1\n\n", events(Event{"message", "1", "…€"})},
		"F5 an id of ill-formed text":             {"id:\xE2\x82\ndata:1\n\n", events(Event{"message", "1", "\uFFFD"})},
		"F5 an id need not be a number":           {"id: a b \ndata:1\n\n", events(Event{"message", "1", "a b "})},
	}.run(t)
}

func TestF6Retry(t *testing.T) {
	const none = -1
	for value, want := range map[string]int64{
		"0": 0, "1": 1, "3000": 3000, "03000": 3000, "000": 0, "00000000000000000000000000000000000005": 5,
		"2147483647": math.MaxInt32, "2147483648": math.MaxInt32, "99999999999999999999999999": math.MaxInt32,
		"": none, "+5": none, "-5": none, "5.0": none, "5 ": none, "  5": none, "1_000": none, "0x5": none, "5x": none,
		"1e3": none, "５": none, "٣": none, "5\x00": none, "\t5": none,
	} {
		t.Run(value, func(t *testing.T) {
			everyChunking(t, "retry:"+value+"\n", outcome{Retry: want})
			everyChunking(t, "retry:"+value+"\r", outcome{Retry: want})
			assert.Equal(t, want, oracle([]byte("retry:"+value+"\n"), "").Retry, "the oracle")
		})
	}
}

func TestF6RetryMore(t *testing.T) {
	ruleCases{
		"it needs no empty line":        {"retry:5\n", outcome{Retry: 5}},
		"it needs a line end":           {"retry:5", outcome{Retry: -1}},
		"one space is dropped":          {"retry: 5\n", outcome{Retry: 5}},
		"two are too many":              {"retry:  5\n", outcome{Retry: -1}},
		"the last one wins":             {"retry:5\nretry:6\n", outcome{Retry: 6}},
		"a bad one changes nothing":     {"retry:5\nretry:x\nretry\nretry:\n", outcome{Retry: 5}},
		"it does not make an event":     {"retry:5\n\n", outcome{Retry: 5}},
		"it does not disturb the event": {"data:1\nretry:5\n\n", outcome{Events: []Event{msg("1")}, Retry: 5}},
	}.run(t)
}
