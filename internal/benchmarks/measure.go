package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// A result is what one contender needed.
type result struct {
	cpu    []time.Duration // of each round it was measured in
	allocs uint64          // the fewest of a round
}

// A round beyond this is a contender's last: what is quadratic needs no second
// opinion.
const patience = 2 * time.Second

// measure gives each contender a turn in every round, so that what else the
// machine does meets all of them alike.
func (l *workload) measure(rounds int) ([]result, error) {
	results := make([]result, len(l.contenders))
	for range rounds {
		for i, c := range l.contenders {
			r := &results[i]
			if r.tookLong() {
				continue
			}
			if err := l.once(c, r); err != nil {
				return nil, fmt.Errorf("%s, %s: %w", l.name, c.name, err)
			}
		}
	}
	return results, nil
}

// once runs c once. The garbage of others is none of its business, its own
// is.
func (l *workload) once(c contender, r *result) error {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	events, err := c.run()
	cpu := cpuTime() - start
	runtime.ReadMemStats(&after)
	if err == nil && events != l.events {
		err = fmt.Errorf("it has seen %d events of %d", events, l.events)
	}
	if allocs := after.Mallocs - before.Mallocs; len(r.cpu) == 0 || allocs < r.allocs {
		r.allocs = allocs
	}
	r.cpu = append(r.cpu, max(cpu, time.Nanosecond))
	return err
}

// tookLong reports whether r's last round was its last.
func (r *result) tookLong() bool { return len(r.cpu) > 0 && r.cpu[len(r.cpu)-1] > patience }

// best is the least time that r took.
func (r *result) best() time.Duration { return slices.Min(r.cpu) }

// times is how many times as long as ours r took: the median of the rounds.
func (r *result) times(ours *result) float64 {
	ratios := make([]float64, len(r.cpu))
	for i := range ratios {
		ratios[i] = float64(r.cpu[i]) / float64(ours.cpu[i])
	}
	slices.Sort(ratios)
	middle := len(ratios) / 2
	if len(ratios)%2 == 0 {
		return (ratios[middle-1] + ratios[middle]) / 2
	}
	return ratios[middle]
}

// cpuTime is what all threads of this process have used, in user and kernel
// mode.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it cannot fail with these arguments
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// report prints a line for each contender, with its ratio to the first.
func (l *workload) report(w io.Writer, rounds int) error {
	results, err := l.measure(rounds)
	if err != nil {
		return err
	}
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tab, "%s\tMB/s\tns/event\tallocs/event\tours is\t\n", l.name)
	for i := range results {
		r := &results[i]
		best, events := r.best(), float64(l.events)
		fmt.Fprintf(tab, "%s\t%.0f\t%.0f\t%.2f\t%.2f ×\t\n", l.contenders[i].name, float64(l.size)/best.Seconds()/1e6,
			float64(best.Nanoseconds())/events, float64(r.allocs)/events, r.times(&results[0]))
	}
	fmt.Fprintln(tab, "\t\t\t\t\t")
	return tab.Flush()
}
