package conformance

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSoak sends through one storm after the other for as long as
// AMPHIWIRE_SOAK says, such as 10m, and prints a line for each round and one
// for all of them. Without it there is one short round. AMPHIWIRE_SEED repeats
// the cuts of a round that failed in every round.
func TestSoak(t *testing.T) {
	duration, messages := time.Duration(0), 200
	if s := os.Getenv("AMPHIWIRE_SOAK"); s != "" {
		var err error
		duration, err = time.ParseDuration(s)
		require.NoError(t, err)
		messages = 1000
	}
	total, began := &tally{}, time.Now()
	for k := 0; k == 0 || time.Since(began) < duration; k++ {
		all := storms()
		row := &T{t, os.Getenv("AMPHIWIRE_HTTP"), os.Getenv("AMPHIWIRE_WS"), context.Background()}
		total.add(row.weather(all[k%len(all)], messages))
	}
	t.Logf("in %v, %v", time.Since(began).Round(time.Second), total)
	assert.Equal(t, total.calls, total.sent+total.dropped+total.refused+total.inDoubt, "every call of Send has had one outcome")
	assert.Equal(t, total.rounds*int64(messages), total.delivered)
}
