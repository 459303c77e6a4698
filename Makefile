# goplay's workshop. `make help` lists the targets.

PREFIX     ?= /usr/local
REFERENCE  ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/goplay/reference
HOSTS      ?= 3
GO         ?= go
TOOL       := $(GO) tool -modfile=tools/go.mod
VERSION    := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# What goplay is under the names of Ansible's programs.
NAMES      := ansible ansible-playbook ansible-inventory ansible-vault ansible-config
# Packages whose tests start hosts or whole programs: `make test` runs them, `make check` does not.
SLOW       := /internal/lab|/internal/parity|/internal/endtoend|/internal/bench|/examples

export GOPLAY_REFERENCE := $(REFERENCE)
export CGO_ENABLED ?= 0
# A clone that another user owns has no version that go could stamp.
export GOFLAGS += -buildvcs=false

.PHONY: help build install install-names check test demo bench bench-templating lab reference parity parity-record clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 16

build: ## bin/goplay
	$(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/goplay ./cmd/goplay

install: build ## bin/goplay into $(PREFIX)/bin
	install -D -m 755 bin/goplay $(DESTDIR)$(PREFIX)/bin/goplay

install-names: install ## the same under the names of Ansible's programs
	for name in $(NAMES); do ln -sf goplay $(DESTDIR)$(PREFIX)/bin/$$name; done

check: ## format, vet, staticcheck, the architecture test, quick tests with -race
	@out=$$($(TOOL) gofumpt -l .); [ -z "$$out" ] || { echo "not gofumpt-formatted:"; echo "$$out"; exit 1; }
	$(GO) vet ./...
	$(TOOL) staticcheck ./...
	$(GO) test ./internal/archtest
	CGO_ENABLED=1 $(GO) test -race -short $$($(GO) list ./... | grep -vE '$(SLOW)')

test: ## the whole test suite; installs what it needs when it is root on Debian
	@tools/needs
	$(GO) test -timeout 15m ./...

demo: build ## examples/quickstart against this machine
	bin/goplay examples/quickstart/site.yml -i examples/quickstart/inventory.ini --diff

lab: ## a shell with $(HOSTS) throw-away Debian hosts; they go when it ends
	$(GO) build -o bin/lab ./internal/lab/cmd/lab
	PATH="$(CURDIR)/bin:$$PATH" bin/lab up $(HOSTS)

reference: ## the judge: ansible-core and Mitogen, unpacked into $(REFERENCE)
	tools/reference $(REFERENCE)

parity: reference build ## judge every parity row against the live reference
	$(GO) test -timeout 60m -count=1 ./internal/parity -args -live

parity-record: reference ## write down what the reference gives for every parity row
	$(GO) test -timeout 60m -count=1 ./internal/parity -args -record

bench: reference build ## goplay, the reference and Mitogen side by side on a lab host
	$(GO) run ./internal/bench
	$(GO) run ./internal/bench -windows

bench-templating: reference ## the templating engine beside Jinja2 and the reference's Templar, in one run
	$(GO) test -count=1 -v -run TestSpeed ./templating -args -speed

clean: ## remove bin
	rm -rf bin
