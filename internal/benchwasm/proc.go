package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// descendants are the processes that a process has started, and theirs.
func descendants(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state ppid …, and the name may hold anything.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		parent, _ := strconv.Atoi(fields[1])
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		children[parent] = append(children[parent], child)
	}
	found := []int{pid}
	for k := 0; k < len(found); k++ {
		found = append(found, children[found[k]]...)
	}
	return found[1:]
}

// setSize is the proportional set size of processes in bytes.
func setSize(pids []int) (sum float64) {
	for _, pid := range pids {
		rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.Lines(string(rollup)) {
			if size, ok := strings.CutPrefix(line, "Pss:"); ok {
				kb, _ := strconv.ParseFloat(strings.Fields(size)[0], 64)
				sum += kb * 1024
			}
		}
	}
	return sum
}

// cpuTimes is what the threads of processes have used so far, by their ids.
func cpuTimes(pids []int) map[string]time.Duration {
	used := map[string]time.Duration{}
	for _, pid := range pids {
		threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
		for _, file := range threads {
			stat, _ := os.ReadFile(file)
			ns, _, _ := strings.Cut(string(stat), " ")
			n, _ := strconv.ParseInt(ns, 10, 64)
			used[file] = time.Duration(n)
		}
	}
	return used
}

// since is the sum of what was used after before, and the most that one
// thread has.
func since(before, now map[string]time.Duration) (all, busiest time.Duration) {
	for thread, d := range now {
		d -= before[thread]
		all += d
		busiest = max(busiest, d)
	}
	return all, busiest
}
