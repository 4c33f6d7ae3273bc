package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/amphiwire/amphiwire/testserver"
)

// work is one kind of it.
type work struct {
	name         string
	kind, typ    string // echo or burst; binary or text
	size, window int
	goal         [2]float64 // of the ratio: with the glue, without; 0: none
}

const kib, mib = 1 << 10, 1 << 20

// works are what is measured. The goals without the glue are for Chromium and
// Firefox.
var works = []work{
	{"echo 64 B, 32 on their way", "echo", "binary", 64, 32, [2]float64{.85, .8}},
	{"echo 1 KiB, 32 on their way", "echo", "binary", kib, 32, [2]float64{.85, .8}},
	{"echo 64 KiB, 16 on their way", "echo", "binary", 64 * kib, 16, [2]float64{.9, 0}},
	{"echo 1 MiB, 4 on their way", "echo", "binary", mib, 4, [2]float64{.9, 0}},
	{"burst 64 B", "burst", "binary", 64, 0, [2]float64{.85, .8}},
	{"burst 1 KiB", "burst", "binary", kib, 0, [2]float64{.85, .8}},
	{"burst 64 KiB", "burst", "binary", 64 * kib, 0, [2]float64{.9, .8}},
	{"burst 1 MiB", "burst", "binary", mib, 0, [2]float64{.9, .8}},
	{"text echo 64 B, 32 on their way", "echo", "text", 64, 32, [2]float64{.8, 0}},
	{"text burst 64 B", "burst", "text", 64, 0, [2]float64{.8, 0}},
	{"text burst 1 KiB", "burst", "text", kib, 0, [2]float64{.8, 0}},
	{"text burst 64 KiB", "burst", "text", 64 * kib, 0, [2]float64{.8, 0}},
}

// turn is how long one client should have in one turn, and maxMessages what
// that is never more than.
const (
	turn        = 200 * time.Millisecond
	maxMessages = 40_000
)

// warming is how long the clients of a page work before anything is measured:
// engines compile a WebAssembly program a second time, better, while it runs.
const warming = 5 * time.Second

// speed prints the table of one engine and road.
func (b *bench) speed(ctx context.Context, o *options, engine, road string) error {
	selected := slices.DeleteFunc(slices.Clone(works), func(w work) bool { return !o.only.MatchString(w.name) })
	if len(selected) == 0 {
		return nil
	}
	r, err := b.start(ctx, engine, road)
	if err != nil {
		return err
	}
	defer r.stop()
	for start := time.Now(); time.Since(start) < warming; {
		if _, err := r.measure(ctx, selected[0], o.rounds); err != nil {
			return err
		}
	}
	fmt.Printf("%s, %s\n", engine, road)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "messages/s\tJavaScript\tGo\tratio\tleast–greatest\tCPU\tbusiest thread\tgoal\t")
	for _, w := range selected {
		m, err := r.measure(ctx, w, o.rounds)
		if err != nil {
			return err
		}
		m.print(table, w, w.goalOf(engine, road))
	}
	defer fmt.Println()
	return table.Flush()
}

// A measured is what came out: pairs of turns.
type measured struct {
	n          int
	js, goSide []took
}

// took is what one turn needed: on the clock, and of the processor for all of
// the engine's threads and for the busiest of them.
type took struct{ clock, cpu, busiest time.Duration }

// measure lets the clients take turns; who begins changes.
func (r *running) measure(ctx context.Context, w work, rounds int) (*measured, error) {
	m := &measured{n: 16}
	// As many messages as JavaScript does in a turn, found by doubling: that
	// warms up what is particular to w, too.
	for {
		took, err := r.pair(ctx, w, m, true)
		if err != nil || took >= turn || m.n >= maxMessages {
			if err != nil {
				return nil, err
			}
			break
		}
		m.n *= 2
	}
	m.js, m.goSide = nil, nil
	for k := range rounds {
		if _, err := r.pair(ctx, w, m, k%2 == 0); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// pair is a turn of each. It returns the JavaScript client's time.
func (r *running) pair(ctx context.Context, w work, m *measured, jsFirst bool) (time.Duration, error) {
	clients := []*testserver.Peer{r.js, r.goSide}
	took := make([]took, 2)
	pids := descendants(r.cmd.Process.Pid)
	for k := range clients {
		at := k
		if !jsFirst {
			at = 1 - k
		}
		var err error
		before := cpuTimes(pids)
		if took[at].clock, err = order(ctx, clients[at], w, m.n); err != nil {
			return 0, err
		}
		took[at].cpu, took[at].busiest = since(before, cpuTimes(pids))
	}
	m.js, m.goSide = append(m.js, took[0]), append(m.goSide, took[1])
	return took[0].clock, nil
}

// goalOf is the goal of an engine and a road, 0 if there is none: with the glue
// there is one for every browser, without it for Chromium and Firefox.
func (w work) goalOf(engine, road string) float64 {
	switch {
	case engine == "node" || engine == "webkit" && road == "plain":
		return 0
	case road == "plain":
		return w.goal[1]
	}
	return w.goal[0]
}

func (m *measured) print(table *tabwriter.Writer, w work, target float64) {
	ratios := m.ratios(func(t took) time.Duration { return t.clock })
	goal := "-"
	if target > 0 {
		goal = fmt.Sprintf("%.2f met", target)
		if median(ratios) < target {
			goal = fmt.Sprintf("%.2f MISSED", target)
		}
	}
	fmt.Fprintf(table, "%s\t%.0f\t%.0f\t%.2f\t%.2f–%.2f\t%.2f\t%.2f\t%s\t\n", w.name, m.rate(m.js), m.rate(m.goSide),
		median(ratios), slices.Min(ratios), slices.Max(ratios),
		median(m.ratios(func(t took) time.Duration { return t.cpu })),
		median(m.ratios(func(t took) time.Duration { return t.busiest })), goal)
}

// rate is messages per second in the median turn.
func (m *measured) rate(turns []took) float64 {
	clocks := make([]time.Duration, len(turns))
	for k, t := range turns {
		clocks[k] = t.clock
	}
	return float64(m.n) / median(clocks).Seconds()
}

// ratios are those of each pair, above 1 where Go needed less.
func (m *measured) ratios(of func(took) time.Duration) []float64 {
	ratios := make([]float64, len(m.js))
	for k := range m.js {
		ratios[k] = of(m.js[k]).Seconds() / of(m.goSide[k]).Seconds()
	}
	return ratios
}

// median is the middle one, or the greater of the two.
func median[T float64 | time.Duration](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
