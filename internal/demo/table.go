package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// sideBySide prints one column for each target and marks the lines that
// differ. It reports whether none does.
func sideBySide(w io.Writer, targets []string, seen [][]string) bool {
	rows, width := 0, 0
	for _, lines := range seen {
		rows = max(rows, len(lines))
		for _, line := range lines {
			width = max(width, utf8.RuneCountInString(line))
		}
	}
	width = min(max(width, 10), 44)
	fmt.Fprintln(w)
	printRow(w, width, " ", targets)
	printRow(w, width, " ", repeat(strings.Repeat("─", width), len(targets)))
	same := rows > 0
	for i := range rows {
		cells, mark := make([]string, len(seen)), " "
		for j, lines := range seen {
			if i < len(lines) {
				cells[j] = lines[i]
			}
			if cells[j] != cells[0] {
				mark, same = "≠", false
			}
		}
		printRow(w, width, mark, cells)
	}
	return same
}

func printRow(w io.Writer, width int, mark string, cells []string) {
	var b strings.Builder
	for _, cell := range cells {
		if n := utf8.RuneCountInString(cell); n > width {
			cell = string([]rune(cell)[:width-1]) + "…"
		}
		b.WriteString(cell + strings.Repeat(" ", width-utf8.RuneCountInString(cell)) + "  ")
	}
	fmt.Fprintln(w, mark, strings.TrimRight(b.String(), " "))
}

func repeat(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}
