# Gatehouse. `make` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
# The command needs no C compiler, on no machine.
export CGO_ENABLED ?= 0

.PHONY: help run test race lint validate fuzz attack faults soak bench clean build local invoke deploy users apps tables

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

ADDR ?= 127.0.0.1:3000
run: bin/gatehouse ## serve all four endpoints on ADDR=127.0.0.1:3000, with the documents' example users
	@bin/gatehouse serve --demo --addr $(ADDR)

bin/gatehouse bin/dynamodblocal: FORCE
	@go build -trimpath -o $@ ./shared/cmd/$(@F)

.PHONY: FORCE
FORCE:

# All packages of a run share one DynamoDB Local. There are more packages at a time than cores, because many wait for other
# processes.
TESTING = bin/dynamodblocal -test
test: bin/dynamodblocal ## run every test (about a minute on two cores)
	@echo "every test, on SQLite and on DynamoDB Local, which npm fetches on the first run (60 MB)"
	$(TESTING) go test -shuffle=on -p 4 ./...

# Under the race detector the logins of the harnesses and of the checklist would overrun the time that a login has for its
# store. The concurrent ones run all the same, on binaries that are built with -race too.
NOT_RACED := /shared/(bootstrap|test/(attack|checklist|faults|soak|speed|target))$$
race: bin/dynamodblocal ## run the tests under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(TESTING) go test -race -p 4 $$(go list ./... | grep -Ev '$(NOT_RACED)')
	CGO_ENABLED=1 $(TESTING) go test -race -run TestSecurity04 ./shared/bootstrap ./shared/test/checklist

lint: validate ## format, vet, the house's linters, and the arrows between the packages
	go run $(GOLANGCI) run ./...
	go mod tidy -diff

validate: ## check template.yaml with cfn-lint, and with sam where it is installed
	@if command -v cfn-lint >/dev/null; then cfn-lint template.yaml && echo "template.yaml: cfn-lint found nothing"; \
	elif [ -n "$$CI" ]; then echo "cfn-lint is missing" >&2; exit 1; \
	else echo "left out: cfn-lint is not installed (pip install cfn-lint)"; fi
	@if command -v sam >/dev/null; then sam validate --lint; \
	else echo "left out: sam is not installed (https://aws.amazon.com/serverless/sam)"; fi

FUZZTIME ?= 60s
fuzz: ## fuzz every reader of untrusted bytes, FUZZTIME=60s each
	@set -e; for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

# The long forms of what `make test` does quickly. They attack and hurt 127.0.0.1 only, and end by themselves.
attack: ## attack serve and the functions on this machine: bursts, stuffing, spraying, enumeration, bodies (16 minutes)
	go test -count=1 -timeout 30m -v ./shared/test/attack -args -long

faults: ## log in while DynamoDB fails in every way and serve is killed, then compare tables and answers (8 minutes)
	go test -count=1 -timeout 30m -v ./shared/test/faults -args -long

SOAK ?= 20m
soak: ## log in for SOAK=20m and look for what grows
	go test -count=1 -timeout 90m -v ./shared/test/soak -args -for $(SOAK)

bench: ## measure what shared/test/speed/README.md says (under 10 minutes)
	go test -run '^$$' -bench . -benchtime 1x -timeout 30m ./shared/test/speed ./shared/cmd/gatehouse ./shared/password

# Every function of template.yaml, with the folder of its main.
MAIN_AISquareLogin := aisquare/login
MAIN_CrafterLogin := crafter/login
MAIN_UnleashLogin := unleash/login
MAIN_SocialIDLogin := socialid/login
FUNCTIONS := $(sort $(patsubst MAIN_%,%,$(filter MAIN_%,$(.VARIABLES))))

# The template's parameter, and what Go calls it. `sam build` comes by shared/bootstrap/build/<architecture>/Makefile,
# which sets it.
ARCHITECTURE ?= x86_64
GOARCH_x86_64 := amd64
GOARCH_arm64 := arm64
GOARCH_OF = $(or $(GOARCH_$(ARCHITECTURE)),$(error ARCHITECTURE is x86_64 or arm64, not "$(ARCHITECTURE)"))

# What `sam build` calls for each function, with ARTIFACTS_DIR. The environment has no say in what comes out: no C, no
# paths of this machine, no symbols, and of the Lambda library not the part for a runtime that is gone (lambda.norpc).
# RACE=-race is for tests.
RACED = $(if $(filter command,$(origin RACE)),$(RACE))
.PHONY: $(FUNCTIONS:%=build-%)
$(FUNCTIONS:%=build-%): build-%:
	@mkdir -p "$(or $(ARTIFACTS_DIR),$(error ARTIFACTS_DIR is the folder for the binary))"
	GOFLAGS= CGO_ENABLED=$(if $(RACED),1,0) GOOS=linux GOARCH=$(GOARCH_OF) go build $(RACED) -trimpath -buildvcs=false -tags lambda.norpc \
		-ldflags='-s -w' -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(MAIN_$*)

# Below .aws-sam, for that is the one folder besides .git that `sam build` does not copy with the source of each function.
BINARIES := .aws-sam/binaries
build: ## build all functions as sam build does (ARCHITECTURE=arm64 for the other one), and print their sizes
	@for function in $(FUNCTIONS); do folder=$(BINARIES)/$(ARCHITECTURE)/$$function; \
		$(MAKE) --silent --no-print-directory build-$$function ARTIFACTS_DIR=$$folder || exit; \
		printf '%-14s %9d bytes, %9d compressed   %s\n' $$function \
			$$(wc -c < $$folder/bootstrap) $$(gzip -9 -c $$folder/bootstrap | wc -c) $$folder/bootstrap; \
	done

# One line that says what this machine lacks.
needs = @missing=; for tool in $(1); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	if [ -n "$$missing" ]; then echo "make $@ needs what is not installed here:$$missing" >&2; exit 1; fi

# Runs a command of sam's on DynamoDB Local with tables and demo users, or on the one that AWS_ENDPOINT_URL_DYNAMODB names.
# A function runs in a container: from there this machine has another name. The shell's variable wins over the template's
# parameter.
define on_dynamodb
	$(call needs,docker sam java npm)
	sam build --config-env dev
	@bin/dynamodblocal bash -c 'bin/gatehouse tables create --demo && export AWS_ENDPOINT_URL_DYNAMODB=$$(sed -E \
		"s#//(127\.0\.0\.1|localhost)#//host.docker.internal#" <<< "$$AWS_ENDPOINT_URL_DYNAMODB") && exec $(1)'
endef

local: bin/gatehouse bin/dynamodblocal ## serve the functions' containers with sam local start-api, on DynamoDB Local
	$(call on_dynamodb,sam local start-api --config-env dev)

# The event's folder names the product, the product the function.
EVENT ?= events/unleash/login-username.json
FUNCTION = $(or $(strip $(foreach name,$(FUNCTIONS),$(if $(filter $(word 2,$(subst /, ,$(EVENT)))/%,$(MAIN_$(name))),$(name)))),\
	$(error EVENT is a file below events/<product>, not "$(EVENT)"))
invoke: bin/gatehouse bin/dynamodblocal ## send one event through its function's container, EVENT=events/unleash/login-username.json
	@: $(FUNCTION)
	$(call on_dynamodb,sam local invoke $(FUNCTION) --event $(EVENT) --config-env dev)

STAGE ?= dev
deploy: ## build and deploy to AWS, STAGE=dev
	$(call needs,sam)
	sam build --config-env $(STAGE)
	sam deploy --config-env $(STAGE)

# Runs a command of bin/gatehouse on the tables of a deployed stack. Their names and the region come from the stack's
# outputs. The command reads credentials only from the environment, so those of a profile or of single sign-on are exported
# by the AWS CLI.
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

clean: ## remove what make and sam have built; the directories in .gatehouse/ stay
	rm -rf bin .aws-sam
