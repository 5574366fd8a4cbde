# Gatehouse. `make` lists the targets. CI runs .ci/run, which runs these targets and nothing else.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
# The command needs no C compiler on any machine.
export CGO_ENABLED ?= 0

.PHONY: help run test race lint validate fuzz vuln removal build local invoke deploy users apps tables attack faults soak bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ADDR ?= 127.0.0.1:3000
run: bin/gatehouse ## serve every endpoint on ADDR=127.0.0.1:3000, with the documents' example users
	@bin/gatehouse serve --demo --addr $(ADDR)

bin/gatehouse bin/dynamodblocal: FORCE
	@go build -trimpath -o $@ ./shared/cmd/$(@F)

.PHONY: FORCE
FORCE:

# ---- Tests

# All packages of a run share one DynamoDB Local.
TESTING = bin/dynamodblocal -test
test: bin/dynamodblocal ## run every test (two to three minutes on two cores)
	@echo "every test, on SQLite and on DynamoDB Local, which npm fetches on the first run (60 MB)"
	$(TESTING) go test -shuffle=on ./...

# Under the race detector the logins of the harnesses and of the checklist would exceed the time that a login has for its
# store. The concurrent ones of the checklist run all the same. To run bursts on binaries that are built with -race too:
# CGO_ENABLED=1 go test -race -run TestSecurity04 ./shared/test/attack
NOT_RACED := /shared/(bootstrap|test/(attack|checklist|faults|removal|sessions|soak|speed|target))$$
race: bin/dynamodblocal ## run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(TESTING) go test -race $$(go list ./... | grep -Ev '$(NOT_RACED)')
	CGO_ENABLED=1 $(TESTING) go test -race -run TestSecurity04 ./shared/test/checklist

lint: validate ## format, vet, the house's linters, and the arrows between the packages
	go run $(GOLANGCI) run --timeout 20m ./...
	go mod tidy -diff

validate: ## check template.yaml with cfn-lint, and with sam where it is installed
	@if command -v cfn-lint >/dev/null; then cfn-lint template.yaml && echo "template.yaml: cfn-lint found nothing"; \
	elif [ -n "$$CI" ]; then echo "cfn-lint is missing" >&2; exit 1; \
	else echo "left out: cfn-lint is not installed (pip install cfn-lint)"; fi
	@if command -v sam >/dev/null; then sam validate --lint; \
	else echo "left out: sam is not installed (https://aws.amazon.com/serverless/sam)"; fi

FUZZTIME ?= 60s
fuzz: ## fuzz every reader of untrusted bytes, FUZZTIME=60s each
	@set -e; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' functions shared | sort); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' $$file); do \
			echo "$${file%/*} $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$${file%/*}; \
		done; \
	done

# govulncheck exits with 3 if the module calls a known vulnerability.
vuln: ## look for known vulnerabilities in what the module calls (needs https://vuln.go.dev)
	@GOBIN=$(CURDIR)/bin go install $(GOVULNCHECK)
	@output=$$(bin/govulncheck ./... 2>&1); status=$$?; \
	if [ $$status = 1 ] && grep -q 'vuln\.go\.dev' <<< "$$output"; then \
		echo "left out: the vulnerability database at https://vuln.go.dev cannot be reached"; \
	else echo "$$output"; exit $$status; fi

removal: ## remove each product in a copy of the repository, then vet and test the rest
	go test -count=1 -v ./shared/test/removal -args -long

# ---- Functions

# The template's parameter, and Go's name for it. `sam build` uses shared/bootstrap/build/<architecture>/Makefile, which
# sets it.
ARCHITECTURE ?= x86_64
GOARCH_x86_64 := amd64
GOARCH_arm64 := arm64
GOARCH_OF = $(or $(GOARCH_$(ARCHITECTURE)),$(error ARCHITECTURE is x86_64 or arm64, not "$(ARCHITECTURE)"))

# A function's id in the template is the folder of its main below functions, without slashes and hyphens, in any letter
# case: AISquareLogin is aisquare/login.
MAINS := $(patsubst functions/%/main.go,%,$(wildcard functions/*/*/main.go))
MAIN = $(or $(strip $(foreach main,$(MAINS),$(if $(filter $(shell tr A-Z a-z <<< '$*'),$(subst -,,$(subst /,,$(main)))),$(main)))),\
	$(error no folder functions/*/* is that of the function "$*"))

# `sam build` calls this target for each function, with ARTIFACTS_DIR. The environment cannot change the result: no C, no
# paths of this machine, no symbols, and without the part of the Lambda library for a retired runtime (lambda.norpc).
# RACE=-race is for tests. SAM publishes a version only if the artefact changed, so the artefact contains a checksum of the
# configuration. Otherwise an alias would keep the old one.
RACED = $(if $(filter command,$(origin RACE)),$(RACE))
build-%:
	@mkdir -p "$(or $(ARTIFACTS_DIR),$(error ARTIFACTS_DIR is the folder for the binary))"
	GOFLAGS= CGO_ENABLED=$(if $(RACED),1,0) GOOS=linux GOARCH=$(GOARCH_OF) go build $(RACED) -trimpath -buildvcs=false -tags lambda.norpc \
		-ldflags='-s -w' -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(MAIN)
	@cat template.yaml samconfig.toml | cksum > "$(ARTIFACTS_DIR)/configuration"

# Prints the ids of the template's functions, or the one whose path is the argument.
functions = awk -v path="$(1)" '/^  [A-Za-z0-9]+:$$/ { id = $$1; sub(":", "", id) } { gsub(/"/, "") } \
	path == "" && /^    Type: AWS::Serverless::Function$$/ || path != "" && index($$0, " Path: " path "}") { print id }' template.yaml

# `sam build` copies the source for each function, except .git and .aws-sam: so the binaries are below .aws-sam.
BINARIES := .aws-sam/binaries
build: ## build all functions as sam build does (ARCHITECTURE=arm64 for the other one), and print their sizes
	@for function in $$($(call functions)); do folder=$(BINARIES)/$(ARCHITECTURE)/$$function; \
		$(MAKE) --silent --no-print-directory build-$$function ARTIFACTS_DIR=$$folder || exit; \
		printf '%-14s %9d bytes, %9d compressed   %s\n' $$function \
			$$(wc -c < $$folder/bootstrap) $$(gzip -9 -c $$folder/bootstrap | wc -c) $$folder/bootstrap; \
	done

# Prints one line about programs that this machine lacks, and fails.
needs = @missing=; for tool in $(1); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then echo "make $@ needs what is not installed here:$$missing" >&2; exit 1; fi

# Runs a sam command on DynamoDB Local with tables and demo users, or on the one in AWS_ENDPOINT_URL_DYNAMODB. From a
# function's container this machine has another name. The shell's variable wins over the template's parameter.
define on_dynamodb
	$(call needs,docker sam java npm)
	sam build --config-env dev
	@bin/dynamodblocal bash -c 'bin/gatehouse tables create --demo && export AWS_ENDPOINT_URL_DYNAMODB=$$(sed -E \
		"s#//(127\.0\.0\.1|localhost)#//host.docker.internal#" <<< "$$AWS_ENDPOINT_URL_DYNAMODB") && exec $(1)'
endef

local: bin/gatehouse bin/dynamodblocal ## serve the functions' containers with sam local start-api, on DynamoDB Local
	$(call on_dynamodb,sam local start-api --config-env dev)

# The event's resource is the path of its function in the template.
EVENT ?= $(firstword $(wildcard events/*/login.json events/*/login*.json))
RESOURCE = $(shell sed -n 's/.*"resource": *"\([^"]*\)".*/\1/p' $(EVENT) | head -1)
FUNCTION = $(or $(if $(RESOURCE),$(shell $(call functions,$(RESOURCE)))),\
	$(error EVENT is a file below events whose resource is a path of template.yaml, not "$(EVENT)"))
invoke: bin/gatehouse bin/dynamodblocal ## send one event through its function's container, EVENT=events/<product>/<case>.json
	@: $(FUNCTION)
	$(call on_dynamodb,sam local invoke $(FUNCTION) --event $(EVENT) --config-env dev)

# ---- AWS

STAGE ?= dev
deploy: ## build and deploy to AWS, STAGE=dev
	$(call needs,sam)
	sam build --config-env $(STAGE)
	sam deploy --config-env $(STAGE)

# Runs a command of bin/gatehouse on the tables of a deployed stack. Their names and the region come from the stack's
# outputs. The command reads credentials only from the environment, so the AWS CLI exports those of a profile or of single
# sign-on.
STACK ?= gatehouse-$(STAGE)
define on_stack
	$(call needs,sam)
	@output() { grep "\"$$1\"" <<< "$$outputs" | sed -E 's/.*"OutputValue": *"([^"]*)".*/\1/'; }; \
	outputs=$$(sam list stack-outputs --stack-name $(STACK) --output json </dev/null) || exit; \
	outputs=$$(tr -d '\n' <<< "$$outputs" | tr '}' '\n'); \
	if [ -z "$$AWS_ACCESS_KEY_ID" ]; then \
		exports=$$(aws configure export-credentials --format env </dev/null) || { \
			echo "make $@ needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the AWS CLI v2 to read the profile" >&2; exit 1; }; \
		eval "$$exports"; \
	fi; \
	AWS_REGION=$$(output BaseURL | sed -E 's/.*\.execute-api\.([^.]*)\..*/\1/') USERS_TABLE=$$(output UsersTableName) \
		ATTEMPTS_TABLE=$$(output AttemptsTableName) SESSIONS_TABLE=$$(output SessionsTableName) \
		exec bin/gatehouse --store dynamodb $@ $(ARGS)
endef

users: bin/gatehouse ## administer the users of a deployed stack, STAGE=dev ARGS="add --username jane.doe"
	$(on_stack)

apps: bin/gatehouse ## administer its applications, STAGE=dev ARGS="add --realm customers"
	$(on_stack)

tables: bin/gatehouse ## create the template's tables on the DynamoDB Local at AWS_ENDPOINT_URL_DYNAMODB
	@AWS_ACCESS_KEY_ID=$${AWS_ACCESS_KEY_ID:-local} AWS_SECRET_ACCESS_KEY=$${AWS_SECRET_ACCESS_KEY:-local} \
		AWS_REGION=$${AWS_REGION:-$${AWS_DEFAULT_REGION:-us-east-1}} bin/gatehouse tables create

# ---- Harnesses: the long forms of quick tests. They attack and hurt 127.0.0.1 only, and end by themselves.

attack: ## attack serve and the functions on this machine: bursts, stuffing, spraying, enumeration, bodies (16 minutes)
	go test -count=1 -timeout 30m -v ./shared/test/attack -args -long

faults: ## log in while DynamoDB fails in every way and serve is killed, then compare tables and answers (8 minutes)
	go test -count=1 -timeout 30m -v ./shared/test/faults -args -long

SOAK ?= 20m
soak: ## log in for SOAK=20m and look for what grows
	go test -count=1 -timeout 90m -v ./shared/test/soak -args -for $(SOAK)

bench: ## measure what shared/test/speed/README.md says (under 10 minutes)
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./shared/test/speed ./shared/cmd/gatehouse ./shared/password

clean: ## remove what make and sam have built; the directories in .gatehouse/ stay
	rm -rf bin .aws-sam
