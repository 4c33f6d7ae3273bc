package main

import (
	"fmt"
	"io"
	"strings"
)

// sideBySide prints one column for each target and marks the lines that
// differ. It reports whether none does.
func sideBySide(w io.Writer, targets []string, seen [][]string) bool {
	rows, width := 0, 0
	for _, lines := range seen {
		rows = max(rows, len(lines))
		for _, line := range lines {
			width = max(width, columns(line))
		}
	}
	width = min(max(width, 10), 48)
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
		cell = cut(cell, width)
		b.WriteString(cell + strings.Repeat(" ", width-columns(cell)) + "  ")
	}
	fmt.Fprintln(w, mark, strings.TrimRight(b.String(), " "))
}

// cut shortens s to width columns of a terminal.
func cut(s string, width int) string {
	if columns(s) <= width {
		return s
	}
	runes := []rune(s)
	for columns(string(runes)) > width-1 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// columns is how wide a terminal shows s: ideographs and pictures take two.
func columns(s string) (n int) {
	for _, r := range s {
		n++
		if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
			r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff {
			n++
		}
	}
	return n
}

func repeat(s string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = s
	}
	return all
}
