package lean

// NoCompare, as a field named _, takes == from a struct type that nobody
// compares. Otherwise the linker keeps a function that does for every type of
// which a value is allocated.
type NoCompare = [0]func()
