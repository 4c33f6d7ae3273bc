package ssejson

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/amphiwire/amphiwire/sse"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type price struct {
	Symbol string  `json:"symbol"`
	Value  float64 `json:"value"`
}

// decode collects what Decode yields for a body.
func decode(r io.Reader) (prices []price, errs []error) {
	for p, err := range Decode[price](sse.Read(r)) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		prices = append(prices, p)
	}
	return prices, errs
}

func TestDecode(t *testing.T) {
	prices, errs := decode(strings.NewReader("data: {\"symbol\":\"a\",\"value\":1.5}\n\n: comment\n\ndata: {\"symbol\":\ndata: \"b\"}\n\n"))
	assert.Empty(t, errs)
	assert.Equal(t, []price{{"a", 1.5}, {"b", 0}}, prices)
}

func TestAnEventThatIsNotSuchAValueIsNotTheEnd(t *testing.T) {
	prices, errs := decode(strings.NewReader("id: 7\nevent: x\ndata: {\"symbol\":\"a\",\"value\":\"one\"}\n\nevent: \x1b[2J\ndata:\n\ndata: {}\n\n"))
	assert.Equal(t, []price{{}}, prices)
	require.Len(t, errs, 2)
	var wrong *Error
	require.True(t, errors.As(errs[0], &wrong))
	assert.Equal(t, sse.Event{Type: "x", Data: `{"symbol":"a","value":"one"}`, LastEventID: "7"}, wrong.Event)
	assert.ErrorAs(t, errs[0], new(*json.UnmarshalTypeError))
	assert.ErrorContains(t, errs[0], `type "x", last ID "7"`)
	assert.NotContains(t, errs[0].Error(), "symbol")
	assert.ErrorAs(t, errs[1], new(*json.SyntaxError), "empty data is no value")
	assert.NotContains(t, errs[1].Error(), "\x1b", "a peer's text must not act on a terminal")
}

func TestTheErrorOfTheEventsIsTheLast(t *testing.T) {
	prices, errs := decode(io.MultiReader(strings.NewReader("data: {}\n\n"), iotest.ErrReader(assert.AnError)))
	assert.Len(t, prices, 1)
	assert.Equal(t, []error{assert.AnError}, errs)
}

func TestDecodeStopsWhenTheLoopDoes(t *testing.T) {
	r := strings.NewReader("data: {}\n\n" + strings.Repeat("data: {}\n\n", 10_000))
	for range Decode[price](sse.Read(r)) {
		break
	}
	assert.NotZero(t, r.Len(), "it does not read on")
}

func TestValueIsZeroAfterAnError(t *testing.T) {
	p, err := Value[price](sse.Event{Data: `{"symbol":"a","value":"one"}`})
	assert.Error(t, err)
	assert.Zero(t, p)
}

func ExampleDecode() {
	body := strings.NewReader("data: {\"symbol\":\"a\",\"value\":1.5}\n\n")
	for p, err := range Decode[price](sse.Read(body)) {
		fmt.Println(p.Symbol, p.Value, err)
	}
	// Output: a 1.5 <nil>
}
