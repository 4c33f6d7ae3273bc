# Amphiwire. `make help` lists the targets.

SHELL   := /bin/bash
GO      ?= go
JS      := GOOS=js GOARCH=wasm
TMP     := .tmp
RUNNER  := $(CURDIR)/$(TMP)/wasm_exec
UNIT    = $(shell $(GO) list ./... | grep -v /internal/conformance$$)
# Packages whose own tests run on js too; conformance runs there by test-targets.
JSUNIT  := ./client ./sse ./sse/ssejson ./transport_wasm ./internal/browser ./internal/transport ./internal/retry ./internal/notify ./internal/eventstream
FUZZTIME ?= 1m

# need,command,packages: installs Debian packages if a command is missing.
define need
	@command -v $(1) >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing $(2)"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(2) >/dev/null; \
	  else \
	    echo "$(1) is missing. On Debian or Ubuntu: sudo apt-get install $(2)" >&2; exit 1; \
	  fi; }
endef

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

.PHONY: demo
demo: need-node need-chromium ## run the examples natively, in Node and in Chromium, side by side
	$(GO) run ./internal/demo

.PHONY: test
test: need-gcc need-node need-chromium need-wabt vet test-unit test-bench test-js test-targets ## everything: vet, unit tests with -race, conformance on native, Node and Chromium, rules

.PHONY: vet
vet: ## vet for both targets, and that the packages build for other systems
	$(GO) vet ./...
	$(JS) $(GO) vet ./...
	GOOS=windows $(GO) build ./client ./sse/... ./testserver/...
	GOARCH=386 $(GO) build ./client ./sse/... ./testserver/...

.PHONY: test-unit
test-unit: need-gcc need-node need-chromium need-wabt ## unit tests with the race detector, and the repository's rules
	$(GO) test -race $(UNIT)

.PHONY: test-bench
test-bench: ## that the benchmarks, which are a module of their own, measure what they say
	cd internal/benchmarks && $(GO) vet . && $(GO) test .

.PHONY: test-js
test-js: need-node $(RUNNER) ## unit tests of the js build, in Node
	$(JS) $(GO) test -exec '$(RUNNER) -in node' $(JSUNIT)

.PHONY: test-targets
test-targets: need-gcc need-node need-chromium ## conformance on native, Node without the glue and Chromium with it; the names that pass must be the same
	$(GO) run ./internal/targets -race -in native,node,chromium+glue

.PHONY: test-browsers
test-browsers: need-gcc need-node need-chromium need-firefox need-webkit ## conformance on native, Node and three browsers, without the glue and with it; the examples there; what only pages do; 10,000 connections in one page
	$(GO) run ./internal/targets -race -in native,node,chromium,firefox,webkit,node+glue,chromium+glue,firefox+glue,webkit+glue
	$(GO) test -count=1 -timeout 20m ./internal/demo -in native,node,chromium,firefox,webkit
	$(GO) test -count=1 -timeout 60m ./internal/pages -in node,chromium,firefox,webkit -turns 10000

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (default 1m)
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$f in $$pkg"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x $$pkg; \
	  done; \
	done

.PHONY: interop
interop: need-gcc need-node need-interop ## foreign peers: ws, websockets, nginx, haproxy, apache, caddy, tinyproxy, squid, microsocks
	AMPHIWIRE_INTEROP=all $(GO) test -race -count=1 ./internal/interop

.PHONY: size
size: ## how large js/wasm programs are, beside an empty one
	$(GO) run ./internal/size

.PHONY: bench
bench: ## event streams against other libraries, in one run
	cd internal/benchmarks && $(GO) run .

bench-wasm: IN ?= chromium,firefox,webkit,node
.PHONY: bench-wasm
bench-wasm: need-node need-chromium need-firefox need-webkit ## package client against plain JavaScript, in Node and three browsers
	$(GO) run ./internal/benchwasm -in $(IN)

.PHONY: soak-sse
soak-sse: ## an event stream through 2,000 cut connections
	$(GO) test -race -count=1 ./sse -run NothingIsLost -cuts 2000

SOAK ?= 10m
soak: IN ?= native

.PHONY: soak
soak: need-gcc need-node need-chromium ## WebSockets through cut connections for SOAK (default 10m) on each target of IN (default native); sums at the end; SEED=n repeats cuts
	AMPHIWIRE_SOAK=$(SOAK) AMPHIWIRE_SEED=$(SEED) $(GO) run ./internal/targets -race -v -in $(IN) -run TestSoak -timeout 24h

.PHONY: api
api: ## write the public API to internal/rules/testdata/api after a change to it
	$(GO) test ./internal/rules -run TestAPI -update

.PHONY: serve-echo serve-ticker serve-chat
serve-echo serve-ticker serve-chat: serve-%: $(RUNNER) ## open an example's page in a browser of your own
	@mkdir -p $(TMP) && $(JS) $(GO) build -o $(TMP)/$*.wasm ./examples/$* && $(GO) build -o $(TMP)/testserver ./testserver/cmd/testserver
	@$(TMP)/testserver -addr 127.0.0.1:8808 & server=$$!; trap "kill $$server" EXIT; sleep 1; \
	  case $* in echo) url=ws://127.0.0.1:8808/ws/echo;; chat) url='ws://127.0.0.1:8808/ws/chat?room=lobby you';; *) url='http://127.0.0.1:8808/sse/count?n=100&interval=500';; esac; \
	  $(RUNNER) -serve -page examples/$*/index.html $(TMP)/$*.wasm $$url

$(RUNNER): $(wildcard wasm_exec/*.go wasm_exec/*/*)
	$(GO) build -o $@ ./wasm_exec

.PHONY: need-gcc need-node need-chromium need-firefox need-webkit need-wabt need-interop need-websockets
need-gcc:
	$(call need,gcc,gcc libc6-dev)
need-node:
	$(call need,node,nodejs npm)
	$(call need,npm,npm)
need-chromium:
	$(call need,chromium,chromium)
need-firefox:
	$(call need,firefox-esr,firefox-esr)
need-interop: need-websockets
	$(call need,nginx,nginx-light)
	$(call need,haproxy,haproxy)
	$(call need,apache2,apache2-bin)
	$(call need,caddy,caddy)
	$(call need,tinyproxy,tinyproxy)
	$(call need,squid,squid)
	$(call need,microsocks,microsocks)
need-websockets:
	@/usr/bin/python3 -c 'import websockets' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-websockets >/dev/null; \
	  else echo "python3-websockets is missing. On Debian or Ubuntu: sudo apt-get install python3-websockets" >&2; exit 1; fi; }
need-wabt: # wat2wasm; the module that it makes is committed
	$(call need,wat2wasm,wabt)
need-webkit:
	$(call need,xvfb-run,webkit2gtk-driver xvfb xauth)
