package main

import (
	"os"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/amphiwire/amphiwire/internal/leakcheck"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { leakcheck.Main(m) }

func TestOptions(t *testing.T) {
	o, err := parseOptions([]string{"-in", "node,webkit", "-roads", "plain", "-run", "burst", "-rounds", "3"})
	require.NoError(t, err)
	assert.Equal(t, []string{"node", "webkit"}, o.engines)
	assert.Equal(t, []string{"plain"}, o.roads)
	assert.True(t, o.only.MatchString("burst 1 MiB"))
	for _, args := range [][]string{{"-roads", "high"}, {"-rounds", "0"}, {"-run", "("}, {"x"}, {"-unknown"}} {
		_, err := parseOptions(args)
		assert.Error(t, err, args)
	}
}

func TestTheTableHoldsMediansOfPairs(t *testing.T) {
	ms := func(clocks ...time.Duration) (turns []took) {
		for _, c := range clocks {
			turns = append(turns, took{c * time.Millisecond, 2 * c * time.Millisecond, c * time.Millisecond})
		}
		return turns
	}
	m := &measured{n: 100, js: ms(10, 20, 50), goSide: ms(20, 20, 20)}
	assert.InDelta(t, 5000, m.rate(m.js), 1e-9)
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 1, ' ', 0)
	w := work{name: "w", goal: [2]float64{.85, 1.1}}
	m.print(table, w, w.goalOf("firefox", "glue"))
	m.print(table, w, w.goalOf("chromium", "plain"))
	m.print(table, w, w.goalOf("webkit", "plain"))
	m.print(table, w, w.goalOf("node", "glue"))
	require.NoError(t, table.Flush())
	assert.Equal(t, "w 5000 5000 1.00 0.50–2.50 1.00 1.00 0.85 met    \nw 5000 5000 1.00 0.50–2.50 1.00 1.00 1.10 MISSED \nw 5000 5000 1.00 0.50–2.50 1.00 1.00 -           \nw 5000 5000 1.00 0.50–2.50 1.00 1.00 -           \n", out.String())
}

func TestWhatThisProcessUses(t *testing.T) {
	self := []int{os.Getpid()}
	assert.Positive(t, setSize(self))
	before := cpuTimes(self)
	for all := time.Duration(0); all == 0; all, _ = since(before, cpuTimes(self)) { // until some was used
		_ = strings.Repeat("x", 1<<20)
	}
	assert.NotContains(t, descendants(os.Getpid()), os.Getpid())
	assert.Contains(t, descendants(os.Getppid()), os.Getpid())
}
