package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/amphiwire/amphiwire/testserver"
)

// memory prints the table of one engine: what 1,500 messages of 1 MiB take.
func (b *bench) memory(ctx context.Context, o *options, engine string) error {
	if !o.only.MatchString("memory") {
		return nil
	}
	table := tabwriter.NewWriter(os.Stdout, 12, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(table, "%s, memory\tbefore\tat most\tmore\t× JavaScript\t\n", engine)
	var js float64
	for _, client := range append([]string{"JavaScript"}, o.roads...) {
		before, most, err := b.peak(ctx, engine, client)
		if err != nil {
			return err
		}
		more := most - before
		if client == "JavaScript" {
			js = more
		}
		fmt.Fprintf(table, "%s\t%.0f MB\t%.0f MB\t%.0f MB\t%.2f\t\n", client, before/1e6, most/1e6, more/1e6, more/js)
	}
	defer fmt.Println()
	return table.Flush()
}

// peak returns how many bytes the engine's processes have before the work and
// at most during it.
func (b *bench) peak(ctx context.Context, engine, client string) (before, most float64, err error) {
	r, err := b.start(ctx, engine, client)
	if err != nil {
		return 0, 0, err
	}
	defer r.stop()
	peer := r.goSide
	if client == "JavaScript" {
		peer = r.js
	}
	w := work{kind: "burst", typ: "binary", size: mib}
	// The first messages warm the engine up.
	if _, err := order(ctx, peer, w, 20); err != nil {
		return 0, 0, err
	}
	before = setSize(descendants(r.cmd.Process.Pid))
	done := make(chan error, 1)
	go func() {
		_, err := orderOf(ctx, peer, w)
		done <- err
	}()
	ticks := time.NewTicker(20 * time.Millisecond)
	defer ticks.Stop()
	for {
		select {
		case err := <-done:
			return before, most, err
		case <-ticks.C:
			most = max(most, setSize(descendants(r.cmd.Process.Pid)))
		}
	}
}

func orderOf(ctx context.Context, p *testserver.Peer, w work) (time.Duration, error) {
	return order(ctx, p, w, 1500)
}
