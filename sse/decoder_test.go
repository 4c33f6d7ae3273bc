package sse

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// views collects what is left in d, each as text.
func views(d *Decoder) (views []string, err error) {
	for {
		v, err := d.Next()
		if err != nil {
			return views, err
		}
		views = append(views, string(v.Type)+"|"+string(v.Data)+"|"+string(v.LastEventID))
	}
}

func TestDecoderShowsEventsWithoutCopies(t *testing.T) {
	const text = "\uFEFFid: 1\r\nevent: x\r\ndata: a\r\ndata: b\r\n\r\ndata: c\n\ndata: unfinished\n"
	for name, r := range map[string]io.Reader{
		"whole":        strings.NewReader(text),
		"byte by byte": iotest.OneByteReader(strings.NewReader(text)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := views(NewDecoder(r))
			assert.Equal(t, io.EOF, err)
			assert.Equal(t, []string{"x|a\nb|1", "message|c|1"}, got)
		})
	}
}

func TestDecoderOwnCopies(t *testing.T) {
	d := NewDecoder(strings.NewReader("id: 1\ndata: a\n\ndata: b\n\n"))
	v, err := d.Next()
	require.NoError(t, err)
	first := d.Own(v)
	_, err = d.Next()
	require.NoError(t, err)
	assert.Equal(t, Event{"message", "a", "1"}, first)
}

func TestDecoderNeedsNoAllocation(t *testing.T) {
	text := strings.Repeat("id: 1\nevent: tick\ndata: {}\n\n", 1000)
	d := NewDecoder(strings.NewReader(text))
	allocations := testing.AllocsPerRun(900, func() {
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
	})
	assert.Zero(t, allocations)
}

// C15: what the next request is to say outlives the body.
func TestDecoderGoesOnWithAnotherBody(t *testing.T) {
	d := NewDecoder(strings.NewReader("retry: 250\nid: 7\ndata: a\n\nid: 8\ndata: unfinished\n"))
	d.SetLastEventID("6")
	_, ok := d.Retry()
	assert.False(t, ok, "none so far")
	assert.Equal(t, "6", d.LastEventID())
	_, err := views(d)
	assert.Equal(t, io.EOF, err)
	_, err = d.Next()
	assert.Equal(t, io.EOF, err, "again")
	retry, ok := d.Retry()
	assert.True(t, ok)
	assert.Equal(t, 250*time.Millisecond, retry)
	assert.Equal(t, "7", d.LastEventID())

	d.Reset(strings.NewReader("\uFEFFdata: b\n\n"))
	got, err := views(d)
	assert.Equal(t, io.EOF, err)
	assert.Equal(t, []string{"message|b|7"}, got, "D7: the ID carries over")
	_, ok = d.Retry()
	assert.True(t, ok)
}

func TestDecoderShowsComments(t *testing.T) {
	var comments []string
	d := NewDecoder(strings.NewReader(": a\n:\ndata: x\n\n"))
	d.OnComment = func(text string) { comments = append(comments, text) }
	_, err := d.Next()
	require.NoError(t, err)
	assert.Equal(t, []string{" a", ""}, comments)
}

func TestDecoderLimitsAnEvent(t *testing.T) {
	const text = "data: 12345\n\ndata: 123456\n\ndata: 1\n\n"
	for name, tc := range map[string]struct {
		limit int64
		want  int
		err   bool
	}{
		"a limit":      {5, 1, true},
		"the default":  {0, 3, false},
		"negative":     {-1, 3, false},
		"a higher one": {6, 3, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := NewDecoder(strings.NewReader(text))
			d.MaxEventSize = tc.limit
			got, err := views(d)
			assert.Len(t, got, tc.want)
			var tooBig *EventTooBigError
			require.Equal(t, tc.err, errors.As(err, &tooBig), "%v", err)
			if tc.err {
				assert.Equal(t, EventTooBigError{Limit: 5, Size: 6}, *tooBig)
				d.Reset(strings.NewReader("data: 1\n\n"))
				_, err = d.Next()
				assert.NoError(t, err, "another body starts afresh")
			}
		})
	}
}

// Six bytes an event, each of which carries the last event ID.
func TestALongIDIsNotCopiedForEachEvent(t *testing.T) {
	body := "id:" + strings.Repeat("x", 1<<20) + "\n\n" + strings.Repeat("data\n\n", 1000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	events := 0
	for e, err := range Read(strings.NewReader(body)) {
		require.NoError(t, err)
		require.Len(t, e.LastEventID, 1<<20)
		events++
	}
	runtime.ReadMemStats(&after)
	assert.Equal(t, 1000, events)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20))
}
