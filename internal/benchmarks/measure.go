package main

import (
	"fmt"
	"io"
	"runtime"
	"syscall"
	"text/tabwriter"
	"time"
)

// A result is what one contender needed.
type result struct {
	cpu    time.Duration
	allocs uint64
}

// A single round beyond this is the only one: what is quadratic needs no
// second opinion.
const patience = 2 * time.Second

// measure runs c and returns the least that it needed in so many rounds.
func (l *workload) measure(c contender, rounds int) (best result, err error) {
	for range rounds {
		r, err := l.once(c)
		if err != nil {
			return best, fmt.Errorf("%s, %s: %w", l.name, c.name, err)
		}
		if best.cpu == 0 || r.cpu < best.cpu {
			best = r
		}
		if r.cpu > patience {
			break
		}
	}
	return best, nil
}

// once runs c once. The garbage of others is none of its business, its own
// is.
func (l *workload) once(c contender) (result, error) {
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
	return result{max(cpu, time.Nanosecond), after.Mallocs - before.Mallocs}, err
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
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tab, "%s\tMB/s\tns/event\tallocs/event\tours is\t\n", l.name)
	var ours result
	for i, c := range l.contenders {
		r, err := l.measure(c, rounds)
		if err != nil {
			return err
		}
		if i == 0 {
			ours = r
		}
		fmt.Fprintf(tab, "%s\t%.0f\t%.0f\t%.2f\t%.2f ×\t\n", c.name, float64(l.size)/r.cpu.Seconds()/1e6,
			float64(r.cpu.Nanoseconds())/float64(l.events), float64(r.allocs)/float64(l.events), r.cpu.Seconds()/ours.cpu.Seconds())
	}
	fmt.Fprintln(tab, "\t\t\t\t\t")
	return tab.Flush()
}
