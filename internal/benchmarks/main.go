// Command benchmarks compares this module with other libraries, in memory and
// by CPU time, and prints a table for each subject:
//
//	go run . [-mib 64] [-rounds 5] [-of regexp] [-on regexp] [subject ...]
//
// The subjects are the names in the variable subjects; none means all. It is
// a module of its own so that the libraries it compares with are not
// dependencies of the one that is compared. Figures of two runs, let alone of
// two machines, cannot be compared; the ratios within one run can. Contenders
// take turns in each round; a ratio is the median of the rounds, a figure the
// best.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
)

// A subject is one kind of work and all that can do it.
type subject struct {
	name  string
	about string
	cases func(mib int) []workload
}

// subjects are in the order in which they are measured.
var subjects = []subject{
	{"sse", "parsing of event streams: MB per CPU second, CPU ns and allocations per event", eventStreams},
}

// A workload is what each contender is given.
type workload struct {
	name       string
	size       int // bytes
	events     int
	contenders []contender
}

// A contender is a library, or one way of using it. run does the work once
// and returns how many events it has seen. The first contender of a workload
// is what the ratios refer to.
type contender struct {
	name string
	run  func() (events int, err error)
}

// choose drops the contenders that do not match, but the first.
func (l *workload) choose(of *regexp.Regexp) {
	others := slices.DeleteFunc(l.contenders[1:], func(c contender) bool { return !of.MatchString(c.name) })
	l.contenders = l.contenders[:1+len(others)]
}

func main() {
	mib := flag.Int("mib", 64, "size of a workload in MiB")
	rounds := flag.Int("rounds", 5, "how often each is measured")
	of := flag.String("of", "", "measure only contenders that match this `regexp`, and ours")
	on := flag.String("on", "", "measure only workloads that match this `regexp`")
	flag.Parse()
	if err := report(os.Stdout, flag.Args(), *of, *on, *mib, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

// report measures the named subjects, or all, and prints what it finds.
func report(w io.Writer, names []string, of, on string, mib, rounds int) error {
	contenders, err := regexp.Compile(of)
	if err != nil {
		return err
	}
	workloads, err := regexp.Compile(on)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !slices.ContainsFunc(subjects, func(s subject) bool { return s.name == name }) {
			return fmt.Errorf("there is no subject %q", name)
		}
	}
	for _, s := range subjects {
		if len(names) > 0 && !slices.Contains(names, s.name) {
			continue
		}
		fmt.Fprintf(w, "%s: %s\n", s.name, s.about)
		for _, l := range s.cases(mib) {
			if !workloads.MatchString(l.name) {
				continue
			}
			l.choose(contenders)
			if err := l.report(w, rounds); err != nil {
				return err
			}
		}
	}
	return nil
}
