package retry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// RFC 9110, section 10.2.3: "The Retry-After field value can be either an
// HTTP-date or a number of seconds to delay after receiving the response."
func TestAfter(t *testing.T) {
	now := time.Date(1994, time.November, 6, 8, 49, 7, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"120":                            2 * time.Minute,
		"0":                              0,
		" 5 ":                            5 * time.Second,
		"2147483647":                     MaxAfter,
		"Sun, 06 Nov 1994 08:49:37 GMT":  30 * time.Second,
		"Sun, 06 Nov 1994 08:49:07 GMT":  0,
		"Sun, 06 Nov 1994 08:48:37 GMT":  0,
		"Mon, 07 Nov 1994 08:49:07 GMT":  24 * time.Hour,
		"Sun, 01 Jan 2995 00:00:00 GMT":  MaxAfter,
		"":                               0,
		"-1":                             0,
		"+1":                             0,
		"1.5":                            0,
		"1s":                             0,
		"99999999999999999999":           0,
		"soon":                           0,
		"Sunday, 06-Nov-94 08:49:37 GMT": 0, // forms that servers must not send
		"Sun Nov  6 08:49:37 1994":       0,
		"Sun, 06 Nov 1994 08:49:37 CET":  0,
		"Sun, 06 nov 1994 08:49:37 GMT":  0,
		"Sun, 06 ovD 1994 08:49:37 GMT":  0,
		"Sun, 6  Nov 1994 08:49:37 GMT":  0,
		"Sun, 06 Nov 1994 08.49.37 GMT":  0,
		"Sun, 06 Nov 1994 08:49:-1 GMT":  0,
		"Sun, 06 Nov 1994 08:49:3  GMT":  0,
	} {
		t.Run(value, func(t *testing.T) {
			assert.Equal(t, want, After(map[string][]string{"Retry-After": {value}}, now))
		})
	}
	assert.Zero(t, After(nil, now))
}
