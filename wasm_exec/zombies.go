package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// onlyZombies reports whether every process of a group has ended. Orphans wait
// as zombies until the first process of the system takes note of them, which in
// a container may take seconds, or for ever; a signal still reaches them.
// Where there is no proc file system, as at the folder proc, it is false.
func onlyZombies(proc string, group int) bool {
	stats, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	for _, file := range stats {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it is gone by now
		}
		state, of := parseStat(string(data))
		if of == group && state != "Z" && state != "X" {
			return false
		}
	}
	return len(stats) > 0
}

// parseStat returns state and process group from a line such as
// "17 (a name) S 1 17 …". The name may hold anything, also parentheses.
func parseStat(stat string) (state string, group int) {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 3 {
		return "", 0
	}
	group, _ = strconv.Atoi(fields[2])
	return fields[0], group
}
