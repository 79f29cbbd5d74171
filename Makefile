# Whetstone: `make` builds, `make test` runs every test on one machine, `make test-cluster` those on clusters of three real
# nodes, `make test-crash` kills steps, uploads and loads and leaves no room, `make test-soak` serves for ten minutes,
# `make load` measures a server under load, `make servers` puts the real servers together, `make workflow` goes the whole
# workflow on them, `make format` formats the sources.
JAVA_HOME := $(shell ./whet --print-java-home)
export JAVA_HOME
MVN := mvn -B

.PHONY: build clients servers test test-cluster test-crash test-soak load workflow format clean
build:
	$(MVN) -q -pl app -DskipTests package
servers:
	$(MVN) -q -pl servers,servers/elasticsearch,servers/opensearch,servers/s3proxy package
test:
	$(MVN) verify
test-crash:
	$(MVN) package -Dtests.included=crash -Dtests.excluded=none
test-cluster:
	$(MVN) package -Dtests.included=cluster -Dtests.excluded=none
test-soak:
	$(MVN) package -Dtests.included=soak -Dtests.excluded=none
# Ten seconds a phase; the workspace is made of the demo's documents the first time: make load LOAD_WORKSPACE=… LOAD_SECONDS=…
LOAD_WORKSPACE ?= app/target/load
LOAD_SECONDS ?= 10
load: build
	$(MVN) -q -pl app test-compile
	$(JAVA_HOME)/bin/java -cp app/target/test-classes dev.whetstone.cli.Load ./whet $(LOAD_WORKSPACE) $(LOAD_SECONDS)
workflow: servers build
	./workflow/run.sh
format:
	$(MVN) -q spotless:apply
clean:
	$(MVN) -q clean

# Holds a running `whet serve` against the official OpenAI client: make clients URL=http://127.0.0.1:8088
URL ?= http://127.0.0.1:8088
clients:
	clients/check.sh $(URL)
