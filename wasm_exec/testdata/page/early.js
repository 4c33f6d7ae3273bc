// Served from the page's folder; notes whether the host came before it.
globalThis.fromPage = `host ${globalThis.wasmExec ? "first" : "missing"}`;
