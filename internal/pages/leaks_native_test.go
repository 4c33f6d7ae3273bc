//go:build !js

package pages

import (
	"flag"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
)

var turns = flag.Int("turns", 300, "how often one page connects and closes")

// counted are the figures that a leak test prints.
var counted = regexp.MustCompile(`after \d+: \{.*`)

// testLeaks connects and closes as often as -turns says, in one page, with
// amphiwire.js and without it.
func testLeaks(t *testing.T, s *stage, target string) {
	for name, flags := range map[string][]string{"with the glue": nil, "without it": {"-plain"}} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-in", target, "-script", "testdata/count.js"}, flags...)
			out, code := s.host(t, []string{"AMPHIWIRE_TURNS=" + strconv.Itoa(*turns)}, append(args, s.tests, "-test.v", "-test.run=Nothing$")...)
			passes(t, out, code, 3)
			figures := counted.FindAllString(out, -1)
			assert.Len(t, figures, 4)
			for _, line := range figures {
				t.Log(line)
			}
		})
	}
}
