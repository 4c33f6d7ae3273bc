// Command demo runs the examples natively, in Node and in Chromium against
// the companion server, restarts the server while the ticker runs, and prints
// what each target saw side by side. Its exit status is 0 only if all saw the
// same.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	targets := flag.String("in", "native,node,chromium", "where to run, separated by commas")
	picture := flag.String("screenshot", "", "write a picture of the ticker's page in Chromium to this `file`")
	flag.Parse()
	start := time.Now()
	same, err := demo(strings.Split(*targets, ","), *picture)
	if err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
	if !same {
		fmt.Println("\nThe targets did not see the same.")
		os.Exit(1)
	}
	fmt.Printf("\nAll targets saw the same, in %.0f s.\n", time.Since(start).Seconds())
}

// demo runs every example on every target and prints a table for each.
func demo(targets []string, picture string) (same bool, err error) {
	dir, err := os.MkdirTemp("", "amphiwire-demo")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	fmt.Println("building …")
	s, err := newStage(dir, targets, picture)
	if err != nil {
		return false, err
	}
	same = true
	for _, example := range []struct {
		title string
		run   func(target string) ([]string, error)
	}{
		{"Echo: what was sent → what came back", s.echo},
		{"Ticker: its server is killed after tick 4 and started again", s.ticker},
	} {
		fmt.Println("\n" + example.title)
		var seen [][]string
		for _, target := range targets {
			lines, err := example.run(target)
			if err != nil {
				return false, fmt.Errorf("%s: %w", target, err)
			}
			seen = append(seen, lines)
		}
		same = sideBySide(os.Stdout, targets, seen) && same
	}
	return same, nil
}
