# Two commands do everything: make run, make test.
GO      ?= go
TAGS    := sqlite_fts5,duckdb_arrow
VERSION := $(shell git describe --tags --always 2>/dev/null || echo dev)
BUILD   := $(GO) build -tags $(TAGS) -ldflags "-s -w -X main.version=$(VERSION)"
LISTEN  ?= 127.0.0.1:8080
PAGE    := web/dist/index.html

.PHONY: run build web test verify generate bench clean

run: build
	./bin/headwater serve --demo --listen $(LISTEN)

build: web
	$(BUILD) -o bin/headwater ./cmd/headwater

web: $(PAGE)

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	touch $@

$(PAGE): web/node_modules/.installed $(shell find web/src -type f 2>/dev/null) web/index.html web/vite.config.ts
	cd web && npm run build

test: build verify
	$(GO) vet -tags $(TAGS) ./...
	$(GO) test -tags $(TAGS) ./...
	cd web && npm test
	cd e2e && ./run

# What is generated from the API's description must be what is committed.
generate:
	$(GO) run -tags $(TAGS) ./server/http/openapi > web/openapi.json
	cd web && npm run generate

verify: web/node_modules/.installed
	$(GO) run -tags $(TAGS) ./server/http/openapi > bin/openapi.json
	cmp bin/openapi.json web/openapi.json || { echo "web/openapi.json is stale: make generate"; exit 1; }
	cd web && npm run verify

bench: build
	$(GO) run -tags $(TAGS) ./bench

clean:
	rm -rf bin web/dist web/node_modules
