# Porchlight. `make run` and `make test` do all the set-up they need on Debian
# and Ubuntu; elsewhere install what packaging/setup.sh lists.

GO ?= go
# Without a display there is nothing a window could open on: the headless
# edition needs no C compiler and no graphics libraries.
TAGS = $(if $(DISPLAY)$(WAYLAND_DISPLAY),,headless)
PACKAGES = $(if $(TAGS),run,desktop)
HEADLESS = CGO_ENABLED=0 $(GO) build -tags headless -trimpath -ldflags "-s -w"

.PHONY: run build test demo corpus bench bench-all bench-store bench-sigma vet race fuzz headless lint vuln screenshots clean setup-run setup-test

run: build
	./porchlight

build: setup-run
	$(if $(TAGS),CGO_ENABLED=0) $(GO) build -tags "$(TAGS)" -o porchlight .

demo: build
	./porchlight demo

test: setup-test
	$(GO) test ./...

setup-run:
	@packaging/setup.sh $(PACKAGES)

setup-test:
	@packaging/setup.sh desktop test

# Facts found in other people's log lines, by product, if the collection is
# beside the checkout (../shared/corpora).
corpus:
	go test -count=1 -v -run 'TestCorpusFacts|TestCorpusAlerts' ./ingest
	go test -count=1 -v -run 'TestCorpusCEF|TestCorpusAlerts' ./ingest/normalize


# Events per second and CPU per event of every step and of the whole way;
# bench-all adds every package's own benchmarks.
bench: setup-run
	$(GO) test -tags headless -run '^$$' -bench Step -benchmem ./app
	$(GO) test -tags headless -run '^$$' -bench EndToEnd -benchtime 3x ./app

bench-all: bench
	$(GO) test -tags headless -run '^$$' -bench . -skip 'BenchmarkStep|BenchmarkEndToEnd' -benchmem ./ingest/... ./detect/... ./app/...

vet:
	$(GO) vet ./...
	CGO_ENABLED=0 $(GO) vet -tags headless .
	CGO_ENABLED=0 GOOS=windows $(GO) vet -tags headless . ./app/... ./detect/... ./ingest/... ./assets/...

lint:
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	CGO_ENABLED=0 $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 -tags headless .

# Needs the public vulnerability database.
vuln:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

# Tests of many rounds run fewer of them here; make test runs them all.
race: setup-test
	$(GO) test -race -short $(shell grep -rlE 'go func|wg[.]Go|sync[.]|atomic[.]' --include='*.go' ingest detect app ui/model | xargs -n1 dirname | sort -u | sed 's,^,./,')

# A short run of every fuzz target; FUZZTIME=10m digs deeper.
FUZZTIME ?= 10s
fuzz:
	@packaging/fuzz.sh $(FUZZTIME)

# Static, cgo-free binaries for servers and agents.
PLATFORMS = linux/amd64 linux/arm64 windows/amd64 windows/arm64 darwin/amd64 darwin/arm64 freebsd/amd64 freebsd/arm64
headless: $(PLATFORMS:%=headless/%)
headless/%:
	GOOS=$(word 1,$(subst /, ,$*)) GOARCH=$(word 2,$(subst /, ,$*)) \
	$(HEADLESS) -o dist/porchlight-$(subst /,-,$*)$(if $(findstring windows,$*),.exe) .

# The pictures in README.md, from the current build.
screenshots: setup-test
	PORCHLIGHT_SCREENSHOTS=$(CURDIR)/assets/screenshots $(GO) test -run TestDesktop -count=1 .

clean:
	rm -rf dist porchlight

# The store's targets and results, over N generated events; data is kept in the
# folder BENCH_DIR if given.
N ?= 1000000
bench-store: setup-run
	PORCHLIGHT_BENCH_N=$(N) PORCHLIGHT_BENCH_DIR=$(BENCH_DIR) $(GO) test -tags headless -count=1 -timeout 0 -v -run TestBenchStore ./app/store
	@echo "and from the listener to durable, normalized, with the built-in rules (at least 50,000 events/s, aim 100,000):"
	@$(GO) test -tags headless -count=1 -run '^$$' -bench 'BenchmarkEndToEnd/tcp$$' -benchtime 3x ./app | grep EndToEnd

# The same table for the detection engine, on the public rules beside the
# checkout (../shared/corpora).
bench-sigma: setup-run
	PORCHLIGHT_BENCH_SIGMA=1 $(GO) test -tags headless -count=1 -timeout 0 -v -run 'TestBenchSigma$$' -p 1 ./detect/sigma ./detect
