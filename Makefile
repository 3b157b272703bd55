# Baton's commands. `make help` lists them.

GO     ?= go
ARGS   ?=
CORPUS ?= ../shared/corpus/easy-ham-1.mbox.gz

# The race detector needs a C compiler; everything else needs only Go. It looks
# away from SQLite, which is C rewritten as Go on memory that the detector does
# not watch anyway, and from arithmetic on keys: half of the time went there. And
# from Google's fake of Pub/Sub, which changes a message that it is sending when
# it delivers it once more.
UNWATCHED := modernc.org/sqlite/lib modernc.org/libc/... modernc.org/memory crypto/internal/fips140/bigmod \
	cloud.google.com/go/pubsub/v2/pstest
RACE := $(if $(shell command -v cc || command -v gcc || command -v clang),-race $(UNWATCHED:%=-gcflags=%=-race=false))

.PHONY: help
help: ## List these commands.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Try Baton in a browser, without Google. ARGS="--data DIR" keeps it, ARGS="--mbox FILE" loads your own mail.
	$(GO) run ./cmd/baton demo $(ARGS)

.PHONY: test
test: ## Run every test, with the race detector where there is a C compiler. ARGS="-run Name" narrows it.
	$(GO) test $(RACE) -shuffle=on -count=1 -timeout 30m $(ARGS) ./...

.PHONY: full
full: ## Run every test in its longest form: all kills, stops, storms and random runs. ARGS as for test.
	BATON_FULL=1 $(GO) test $(RACE) -shuffle=on -count=1 -timeout 90m $(ARGS) ./...

.PHONY: bench
bench: ## Measure the whole program and print one table (some minutes); docs/performance.md has our figures.
	BATON_CORPUS=$(abspath $(CORPUS)) $(GO) test ./cmd/baton -run '^$$' -bench . -benchtime 1x -timeout 30m $(ARGS) | grep -v '^Benchmark'

.PHONY: torture
torture: ## Kill the real program again and again and see that nothing is lost. ARGS="-store firestore -notifications 1000 -seed 7".
	$(GO) run ./cmd/torture $(ARGS)

.PHONY: fuzz
fuzz: ## Fuzz every target for a while. FUZZTIME=1m sets how long each.
	./.ci/fuzz $(FUZZTIME)

.PHONY: lint
lint: ## Check the code with gofmt, vet and staticcheck.
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "not formatted:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

.PHONY: vuln
vuln: ## Look for known vulnerabilities. VULNDB=DIR uses a copy of the database on this machine.
	./.ci/vuln

.PHONY: build
build: ## Build the one binary, ./baton.
	CGO_ENABLED=0 $(GO) build -trimpath -o baton ./cmd/baton

.PHONY: check
check: ## What must be green before anything lands.
	./.ci/run

.PHONY: clean
clean: ## Remove what was built here.
	rm -rf build baton
