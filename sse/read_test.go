package sse

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// all collects what Read yields.
func all(r io.Reader) (events []Event, err error) {
	for e, failed := range Read(r) {
		if failed != nil {
			return events, failed
		}
		events = append(events, e)
	}
	return events, nil
}

func TestRead(t *testing.T) {
	const text = "\uFEFFid: 1\r\nevent: x\r\ndata: a\r\ndata: b\r\n\r\n: comment\ndata: c\n\ndata: unfinished\n"
	want := []Event{{"x", "a\nb", "1"}, {"message", "c", "1"}}
	for name, r := range map[string]io.Reader{
		"whole":              strings.NewReader(text),
		"byte by byte":       iotest.OneByteReader(strings.NewReader(text)),
		"data with the end":  iotest.DataErrReader(strings.NewReader(text)),
		"half of each read":  iotest.HalfReader(strings.NewReader(text)),
		"some empty reads":   &hesitant{r: strings.NewReader(text), after: 90},
		"in several readers": io.MultiReader(strings.NewReader(text[:9]), strings.NewReader(text[9:])),
	} {
		t.Run(name, func(t *testing.T) {
			events, err := all(r)
			require.NoError(t, err)
			assert.Equal(t, want, events)
		})
	}
}

// A hesitant reader brings something after so many reads that bring nothing.
type hesitant struct {
	r     io.Reader
	after int
	count int
}

func (h *hesitant) Read(p []byte) (int, error) {
	if h.count++; h.count <= h.after {
		return 0, nil
	}
	h.count = 0
	return h.r.Read(p)
}

func TestReadEndsWithTheReadersError(t *testing.T) {
	events, err := all(io.MultiReader(strings.NewReader("data: 1\n\ndata: 2\n"), iotest.ErrReader(assert.AnError)))
	assert.Equal(t, assert.AnError, err)
	assert.Equal(t, []Event{{"message", "1", ""}}, events)
}

func TestReadEndsWithAReaderThatBringsNothing(t *testing.T) {
	_, err := all(&hesitant{after: 1 << 30})
	assert.Equal(t, io.ErrNoProgress, err)
}

func TestReadEndsWithAnEventThatIsTooBig(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("data: 1\n\ndata: "), iotest.DataErrReader(zeros{}))
	events, err := all(endless)
	assert.Len(t, events, 1)
	var tooBig *EventTooBigError
	require.True(t, errors.As(err, &tooBig))
	assert.EqualValues(t, 16<<20, tooBig.Limit)
	assert.Greater(t, tooBig.Size, tooBig.Limit)
	assert.ErrorContains(t, err, "limit of 16777216")
}

// zeros is a line that never ends.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestReadStopsWhenTheLoopDoes(t *testing.T) {
	r := strings.NewReader("data: 1\n\n" + strings.Repeat("data: 2\n\n", 10_000))
	for e, err := range Read(r) {
		require.NoError(t, err)
		assert.Equal(t, "1", e.Data)
		break
	}
	assert.NotZero(t, r.Len(), "it does not read on")
}
