package retry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// RFC 9110, section 10.2.3: "The Retry-After field value can be either an
// HTTP-date or a number of seconds to delay after receiving the response."
// Section 5.6.7: "A recipient that parses a timestamp value in an HTTP field
// MUST accept all three HTTP-date formats."
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
		"2147483648":                     MaxAfter,
		"99999999999999999999":           MaxAfter,
		"99999999999999999999x":          0,
		"soon":                           0,
		"Sunday, 06-Nov-94 08:49:37 GMT": 30 * time.Second,
		"Monday, 07-Nov-94 08:49:07 GMT": 24 * time.Hour,
		"Friday, 06-Nov-43 08:49:37 GMT": MaxAfter, // 2043
		"Sunday, 06-Nov-45 08:49:37 GMT": 0,        // 1945: more than 50 years ahead is past
		"Sunday, 06-Nov-94 08:49:37 CET": 0,
		"Sunday, 06-Nov-9x 08:49:37 GMT": 0,
		"Sunday, 06 Nov-94 08:49:37 GMT": 0,
		"Sun Nov  6 08:49:37 1994":       30 * time.Second,
		"Wed Nov 16 08:49:07 1994":       240 * time.Hour,
		"Sun Nov  6 08:49:37 199x":       0,
		"Sun Nov  6 08-49:37 1994":       0,
		"Sun Nov    08:49:37 1994":       0,
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
