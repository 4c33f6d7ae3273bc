// Command size prints how large js/wasm programs are that use this module,
// beside an empty Go program, so that growth shows in review.
//
//	go run ./internal/size
//
// Each program is built as one would ship it: -trimpath -ldflags='-s -w'. The
// columns are bytes: of the file, after gzip -9, and after brotli -q 11, by
// the program of that name or by Node, as far as these are installed; and how
// many times the empty program's gzip size it is. Only the last is worth
// comparing between toolchains.
package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

// run measures every program and prints the table.
func run(w io.Writer) error {
	dir, err := os.MkdirTemp("", "size")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var all []*measure
	for _, p := range programs {
		m, err := weigh(dir, p)
		if err != nil {
			return err
		}
		if err := m.squeeze(); err != nil {
			return err
		}
		all = append(all, m)
	}
	return show(w, all)
}

// show writes one line a program. The first is the one to compare with.
func show(w io.Writer, all []*measure) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "program\traw\tgzip\tbrotli\t× empty\t")
	for _, m := range all {
		brotli := "-"
		if m.brotli > 0 {
			brotli = fmt.Sprint(m.brotli)
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%.2f\t\n", m.name, m.raw, m.gzip, brotli, m.over(all[0]))
	}
	return table.Flush()
}
