// Makes of the toolchain's wasm_exec.js one that works and lacks _resume where
// amphiwire.js looks for it.
"use strict";
(() => {
	const resume = Go.prototype._resume;
	delete Go.prototype._resume;
	globalThis.Go = class extends Go {
		constructor() {
			super();
			this._resume = resume;
		}
	};
})();
