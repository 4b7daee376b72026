# Plugboard. `make run` starts a PBX, `make test` proves it; `make help` lists the rest.

SHELL   := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# libopusfile is only for files; we encode and decode frames.
export GOFLAGS := -buildvcs=false -tags=nolibopusfile
LDFLAGS := -X main.version=$(VERSION)
PLUGINS := $(notdir $(patsubst %/main.go,%,$(wildcard plugins/*/main.go)))

.PHONY: help screenshots run build test check unit race model e2e web bench load fuzz golden generate clean packages packages-test packages-bench

help: ## List the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: packages build ## Build and start a PBX with config.hcl.example
	bin/plugboard run --config config.hcl.example

packages:
	@.ci/packages run

packages-test: core/e2e/browser/node_modules/.package-lock.json
	@.ci/packages test

core/e2e/browser/node_modules/.package-lock.json: core/e2e/browser/package-lock.json
	cd core/e2e/browser && npm ci --no-audit --no-fund --silent
	@touch $@

packages-bench:
	@.ci/packages bench

build: packages ## bin/plugboard and bin/plugins/*
	@mkdir -p bin/plugins
	go build -ldflags '$(LDFLAGS)' -o bin/plugboard ./core
	go build -ldflags '$(LDFLAGS)' -o bin/plugins/ $(addprefix ./plugins/,$(PLUGINS))

web: ## The page anew, from web/src into web/dist; needs Node
	cd web && npm ci --no-audit --no-fund && npm run build

test: packages-test build check race model e2e load-short ## Everything, with real phones; what CI runs

check: packages ## Format, vet, staticcheck, import lattice; the tests of the example's dialplan
	@unformatted=$$(gofmt -l core plugins sdk web); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	go vet ./... && go vet -tags='e2e nolibopusfile' ./core/e2e/...
	GOARCH=arm64 CGO_ENABLED=0 go build ./sdk/bus ./sdk/audio/vector ./sdk/media/resample
	go tool staticcheck ./... && go tool staticcheck -tags 'e2e nolibopusfile' ./core/e2e/...
	go test -count=1 -run TestImportLattice ./core
	go run ./core fmt --check config.hcl.example docs/office.hcl
	go run ./core test config.hcl.example docs/office.hcl

unit: packages ## All tests without the race detector and without real phones
	go test ./...

# SQLite is C made Go, which locks by itself: the detector watches all but its inside,
# in two thirds of the time. What vet has to say, check says.
# What only calculates, on no goroutine but its caller's, is tested without.
CALCULATES := codec|dtmf|gain|jitter
race: packages ## All tests with the race detector, without real phones
	go test -vet=off $$(go list ./sdk/media/... | grep -E '/($(CALCULATES))$$')
	go test -race -vet=off -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0' -timeout 20m $$(go list ./... | grep -vE '/sdk/media/($(CALCULATES))$$')

MODELSTEPS ?= 100000
model: packages ## MODELSTEPS (100000) random steps through calls and the whole house: a fifth of them through the house
	go test -count=1 -run '^TestModel$$' ./core/call -steps $$(($(MODELSTEPS) * 4 / 5))
	go test -count=1 -timeout 2h -run '^TestModel$$' ./core/calltest -steps $$(($(MODELSTEPS) / 5))

e2e: packages-test build ## Real phones (baresip, sipp, linphone) and a real browser against the real binaries
	PLUGBOARD_BIN=$(CURDIR)/bin go test -p 1 -parallel 3 -count=1 -tags='e2e nolibopusfile' -timeout 20m ./core/e2e/...

screenshots: packages-test build ## A picture of every page at two sizes, light and dark, in build/screenshots
	rm -rf build/screenshots && mkdir -p build/screenshots
	SCREENSHOTS=$(CURDIR)/build/screenshots PLUGBOARD_BIN=$(CURDIR)/bin go test -count=1 -tags='e2e nolibopusfile' -timeout 9m -run '^TestScreenshots$$' ./core/e2e/browser

bench: packages-bench build ## Benchmarks, our figure beside the target and a peer's
	go run ./core/e2e/load -bin $(CURDIR)/bin -shape signalling
	go run ./core/e2e/load -bin $(CURDIR)/bin -shape media -for 6s
	go test -count=1 -run 'TestTransferGap$$' -v ./core/calltest | grep target
	PLUGBOARD_BIN=$(CURDIR)/bin go test -run '^$$' -bench . -benchtime 0.2s -timeout 9m ./sdk/... ./core/... ./plugins/...

load: packages-bench build ## 200 phones in calls for a minute, every packet checked; rtpengine and Janus beside; then the plugin is killed, and the configuration changes
	go run ./core/e2e/load -bin $(CURDIR)/bin -legs 200 -for 60s -beside
	go run ./core/e2e/load -bin $(CURDIR)/bin -legs 100 -for 5s -shape survive
	go run ./core/e2e/load -bin $(CURDIR)/bin -legs 200 -for 20s -shape reload

load-short: build
	go run ./core/e2e/load -bin $(CURDIR)/bin -legs 50 -for 5s
	go run ./core/e2e/load -bin $(CURDIR)/bin -legs 20 -for 3s -shape reload

FUZZTIME ?= 20s
fuzz: packages ## Each fuzz target for FUZZTIME (20s), and a million steps of the model
	@set -e; grep -rlE '^func Fuzz' --include=*_test.go core sdk plugins | sort | while read -r f; do \
	  for t in $$(grep -oE '^func Fuzz[A-Za-z0-9_]+' $$f | cut -c6-); do \
	    echo "$$t  $$(dirname $$f)"; go test -run '^$$' -fuzz "^$$t$$" -fuzztime $(FUZZTIME) ./$$(dirname $$f); done; done
	$(MAKE) model MODELSTEPS=1000000

golden: packages ## Write the golden files anew; read the diff before you commit
	@for d in $$(grep -rlE '"github.com/plugboard/plugboard/core/golden"|flag.Bool\("update"' --include=*.go core sdk plugins | xargs -n1 dirname | sort -u); do go test ./$$d -update || exit 1; done

generate: ## Code that is generated: protocol buffers, SIMD kernels
	go generate ./...

clean: ## Remove what was built
	rm -rf bin
