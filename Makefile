# Two commands: make demo, make test. Needs Go >= 1.26, Node >= 20 with npm, make. No root.
SHELL := /bin/bash
export LANG := C.UTF-8
# Without cgo one C library less is compiled (gorm's SQLite dialect brings one that we never call).
export CGO_ENABLED := 0
TAGS := nomsgpack
GOFILES := $(shell find . -name '*.go' -not -path './node_modules/*' -not -path './data/*') go.mod go.sum
# The race detector needs a C compiler.
RACE := $(shell command -v gcc >/dev/null 2>&1 && echo -race)

.PHONY: demo test bench build assets lint clean generate

# slow "what is done" command: a dot every two seconds, the output only when it fails
define slow
	@mkdir -p .tools; printf '%s ' $(1); \
	( while sleep 2; do printf .; done ) & dots=$$!; \
	if $(2) >.tools/log 2>&1; then rc=0; else rc=$$?; fi; \
	kill $$dots 2>/dev/null; wait $$dots 2>/dev/null; \
	if [ $$rc = 0 ]; then echo ' ok'; else echo ' FAILED'; cat .tools/log; exit $$rc; fi
endef

## demo: everything on this machine; ONCE=1 stops after the walk
demo: build
	@./bin/qualsys demo $(if $(ONCE),--once)

## test: everything that can be tested here
test: build lint
ifeq ($(RACE),)
	@echo 'SKIPPED FOR LACK OF A C COMPILER: the race detector'
endif
	CGO_ENABLED=$(if $(RACE),1,0) go test -tags $(TAGS) $(RACE) -timeout 60m ./...

lint: assets
	$(call slow,'go vet',go vet -tags $(TAGS) ./...)
	$(call slow,'staticcheck',go tool staticcheck -tags $(TAGS) ./...)

## bench: the benchmarks as one table, with what each is compared to
bench: build
	@./bin/qualsys bench all

build: bin/qualsys

bin/qualsys: assets $(GOFILES)
	$(call slow,'compile (a cold build takes a minute or two)',go build -tags $(TAGS) -o bin/qualsys ./cmd/qualsys)

assets: web/page/dist/manifest.json pdfcert/font/files/.done

web/page/dist/manifest.json: node_modules/.package-lock.json $(shell find web/page/style web/page/script web/page/build -type f 2>/dev/null)
	$(call slow,'bundle styles and scripts',go run -tags $(TAGS) ./web/page/build)
	@touch $@

pdfcert/font/files/.done: node_modules/.package-lock.json
	$(call slow,'gather fonts',go run ./pdfcert/font/gather)
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	$(call slow,'npm ci',npm ci --ignore-scripts --no-fund --no-audit)
	@touch $@

## generate: pages from their templates (committed, so that a plain go build works)
generate:
	go tool templ generate

clean:
	rm -rf bin .tools data web/page/dist/* pdfcert/font/files/*
