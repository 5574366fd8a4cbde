# Gatehouse. `make` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# The command needs no C compiler, on no machine.
export CGO_ENABLED ?= 0

.PHONY: help run test race lint validate fuzz bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: bin/gatehouse ## serve all four endpoints on 127.0.0.1:3000, with the documents' example users
	@bin/gatehouse serve --demo

bin/gatehouse: FORCE
	@go build -trimpath -o $@ ./shared/cmd/gatehouse

.PHONY: FORCE
FORCE:

test: ## run every test
	go test ./...

race: ## run every test under the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./...

lint: validate ## format, vet, the house's linters, and the arrows between the packages
	go run $(GOLANGCI) run ./...
	go mod tidy -diff

validate: ## check template.yaml with cfn-lint
	@if command -v cfn-lint >/dev/null; then cfn-lint template.yaml && echo "template.yaml: cfn-lint found nothing"; \
	elif [ -n "$$CI" ]; then echo "cfn-lint is missing" >&2; exit 1; \
	else echo "left out: cfn-lint is not installed (pip install cfn-lint)"; fi

FUZZTIME ?= 60s
fuzz: ## fuzz every reader of untrusted bytes, FUZZTIME=60s each
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

bench: ## throughput of serve against raw bcrypt, and what each password format costs
	go test -run '^$$' -bench . -benchtime 1x ./shared/cmd/gatehouse ./shared/password

clean: ## remove what make has built; the directory in .gatehouse/ stays
	rm -rf bin
