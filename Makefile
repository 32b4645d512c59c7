# Every target is one line that calls npm, go or the built command. `make help` lists them.
.DEFAULT_GOAL := help
export K6_NO_USAGE_REPORT = true
# A stock k6 then says at once which modules it lacks, instead of asking a build service on the network.
export K6_AUTO_EXTENSION_RESOLUTION = false

.PHONY: help install k6 build streaming chat ledger space sandbox check test test-changed test-unit test-go test-k6 test-e2e bench soak docs clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: node_modules/.package-lock.json ## install the npm packages of package-lock.json
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error

k6: bin/k6 ## build the k6 binary with our modules
bin/k6: $(shell find extension -name '*.go') extension/go.mod extension/go.sum extension/internal/river/river.binpb
	cd extension && go build -o ../bin/k6 ./cmd/k6

extension/internal/river/river.binpb: proto/river.proto proto/river-types.proto
	cd extension && go generate ./internal/river

build: install bin/k6 ## build everything: k6, the scripts, the command, the contracts
	node build.mjs

streaming: build ## run the streaming demo against the embedded sandbox
	bin/onrush run streaming --profile demo

chat: build ## run the chat scenario against the embedded sandbox: every delivery proved
	bin/onrush run chat --profile demo

ledger: build ## run the ledger scenario against the embedded sandbox: every balance against an exact model
	bin/onrush run ledger --wallets 100 --operations 200 --workers 10 --fast

space: build ## run the space scenario against the embedded sandbox: memberships minted, verified, joined
	bin/onrush run space --profile demo

sandbox: build ## start the embedded target and leave it running
	bin/onrush sandbox

check: install ## types, lint, unused code, go vet, golangci-lint
	npm run --silent types && npm run --silent lint && npm run --silent unused && cd extension && go vet ./... && go tool -modfile=tools/go.mod golangci-lint run ./...

test: build ## every test of the repository
	node scripts/test.mjs

test-changed: build ## the tests that the uncommitted change touches; BASE=rev for all since then
	node scripts/test-changed.mjs $(BASE)

test-unit: install ## tests of single parts
	npx vitest run --project unit

test-go: ## tests of the k6 modules
	cd extension && go test ./...

test-e2e: build ## whole runs against the sandbox, compared with its own counters
	npx vitest run --project e2e

bench: build ## performance, as ratios and limits of this machine
	node scripts/bench.mjs

soak: build ## ten minutes of streaming at 3 users/s
	bin/onrush run streaming --profile streaming

docs: build ## regenerate docs/metrics.md and the tables of the scenarios' READMEs
	node scripts/docs.mjs

clean: ## remove what builds made
	rm -rf dist bin/k6 results .cache
