// Loaded with -script: after wasm_exec.js, before the program.
globalThis.glueLoaded = `with ${typeof Go}`;
