package eventstream

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOwnTakesOneAllocationAnEvent(t *testing.T) {
	var types Types
	for name, v := range map[string]View{
		"data":               {Type: []byte("message"), Data: []byte("some data of an event that is not tiny")},
		"data, type and id":  {Type: []byte("tick"), Data: []byte("some data of an event that is not tiny"), ID: []byte("12")},
		"a large event":      {Type: []byte("tick"), Data: make([]byte, 64<<10), ID: []byte("12")},
		"a long id":          {Type: []byte("tick"), Data: []byte("1"), ID: make([]byte, 200)},
		"an id without data": {Type: []byte("tick"), ID: []byte("an id of more than a few bytes, or so it seems")},
	} {
		t.Run(name, func(t *testing.T) {
			assert.EqualValues(t, 1, testing.AllocsPerRun(100, func() { sink = types.Own(&v) }))
			assert.Equal(t, Event{string(v.Type), string(v.Data), string(v.ID)}, sink)
		})
	}
}

func TestOwnedEventsDoNotShareMemoryWithTheParser(t *testing.T) {
	var types Types
	typ, data, id := []byte("type"), []byte("data"), []byte("id")
	e := types.Own(&View{Type: typ, Data: data, ID: id})
	copy(typ, "xxxx")
	copy(data, "xxxx")
	copy(id, "xx")
	assert.Equal(t, Event{"type", "data", "id"}, e)
}

// What a few bytes repeat must not cost what the ID is long.
func TestEventsThatRepeatALongIDShareIt(t *testing.T) {
	var p Parser
	var types Types
	first, second := strings.Repeat("x", maxCopiedID+1), strings.Repeat("y", maxCopiedID+1)
	body := "id:" + first + "\ndata:1\n\ndata:2\n\nid:" + second + "\n\ndata:3\n\ndata:4\n\nid\ndata:5\n\nid:" + first + "\ndata:6\nretry:1\n\ndata:7\n\n"
	p.Advance(copy(p.Space(), body))
	var got []Event
	for v := (View{}); p.Next(&v); {
		got = append(got, types.Own(&v))
	}
	want := []Event{{"message", "1", first}, {"message", "2", first}, {"message", "3", second}, {"message", "4", second},
		{"message", "5", ""}, {"message", "6", first}, {"message", "7", first}}
	require.Equal(t, want, got)
	for _, i := range []int{1, 3, 6} {
		assert.Same(t, unsafe.StringData(got[i-1].LastEventID), unsafe.StringData(got[i].LastEventID))
	}
}

func TestTypesAreAllocatedOnce(t *testing.T) {
	var types Types
	a, b := types.Intern([]byte("a")), types.Intern([]byte("b"))
	assert.Equal(t, "a", a)
	assert.Equal(t, unsafe.StringData(a), unsafe.StringData(types.Intern([]byte("a"))))
	assert.Equal(t, unsafe.StringData(b), unsafe.StringData(types.Intern([]byte("b"))))
}

func TestTypesThatAServerMakesUpAreForgotten(t *testing.T) {
	var types Types
	for n := range 10 * maxTypes {
		want := fmt.Sprint("type", n)
		require.Equal(t, want, types.Intern([]byte(want)))
		require.LessOrEqual(t, len(types.seen), maxTypes)
	}
	long := strings.Repeat("x", maxTypeLen+1)
	assert.Equal(t, long, types.Intern([]byte(long)))
	assert.NotContains(t, types.seen, long)
}
