package main

import (
	"fmt"
	"slices"
	"strings"
)

// selectEnv takes from environ (as os.Environ has it) what a program gets:
// the settings of Go and Amphiwire, what tests use by custom, and the names
// that the user added. The rest stays here, because there is little room
// (see checkRoom) and because a page has no use for it.
func selectEnv(environ, names []string) map[string]string {
	env := make(map[string]string)
	for _, kv := range environ {
		name, value, ok := strings.Cut(kv, "=")
		if ok && (passed(name) || slices.Contains(names, name)) {
			env[name] = value
		}
	}
	return env
}

// passed reports whether the program always gets this variable.
func passed(name string) bool {
	for _, prefix := range []string{"GO", "AMPHIWIRE_", "WANT_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains([]string{"PWD", "HOME", "TMPDIR", "TZ"}, name)
}

// room is the memory that the linker leaves for arguments and environment,
// between address 4096 and the program's data (wasmMinDataAddr).
const room = 8192

// roomError says that the program cannot be started with this command line.
type roomError struct{ Size int }

func (e *roomError) Error() string {
	return fmt.Sprintf("arguments and environment take %d bytes, and wasm_exec.js has room for less than %d: "+
		"pass fewer or shorter ones", e.Size, room)
}

// checkRoom counts as wasm_exec.js does: every string ends in a zero byte and
// is padded to 8 bytes, and has a pointer of 8 bytes in one of two lists, each
// of which ends in a zero pointer.
func checkRoom(argv []string, env map[string]string) error {
	size := 2 * 8
	add := func(n int) { size += (n+1+7)/8*8 + 8 }
	for _, arg := range argv {
		add(len(arg))
	}
	for name, value := range env {
		add(len(name) + len("=") + len(value))
	}
	if size >= room {
		return &roomError{Size: size}
	}
	return nil
}
