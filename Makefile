# Whetstone: `make` builds, `make test` runs every test on one machine, `make test-cluster` those on clusters of three real
# nodes, `make test-crash` kills steps, uploads and loads, leaves no room and breaks the disk, `make test-fuzz` feeds
# every reader of outside files for SECONDS_EACH seconds, `make test-soak` serves for ten minutes, `make load` measures a
# server under load, `make servers` puts the real servers together, `make workflow` goes the whole workflow on them,
# `make format` formats the sources.
JAVA_HOME := $(shell ./whet --print-java-home)
export JAVA_HOME
MVN := mvn -B

.PHONY: build clients servers test test-cluster test-crash test-fuzz test-soak load workflow format clean
build:
	$(MVN) -q -pl app -DskipTests package
servers:
	$(MVN) -q -pl servers,servers/elasticsearch,servers/opensearch,servers/s3proxy package
test:
	$(MVN) verify
test-crash:
	$(MVN) package -Dtests.included=crash -Dtests.excluded=none
test-fuzz:
	$(MVN) -q -pl app test-compile dependency:build-classpath -Dmdep.outputFile=target/test-class-path -Dmdep.includeScope=test
	app/src/test/fuzz.sh $(SECONDS_EACH) $(TARGETS)
test-cluster:
	$(MVN) package -Dtests.included=cluster -Dtests.excluded=none
test-soak:
	$(MVN) package -Dtests.included=soak -Dtests.excluded=none
# Ten seconds a phase; the workspace is made of the demo's documents the first time, and one of your own has to be named
# load. LOAD_QUESTIONS: a file of questions, one a line: make load LOAD_WORKSPACE=… LOAD_SECONDS=… LOAD_CLIENTS="16 128"
LOAD_WORKSPACE ?= app/target/load
LOAD_SECONDS ?= 10
LOAD_CLIENTS ?= 16 128 512
LOAD_QUESTIONS ?=
load: build
	$(MVN) -q -pl app test-compile
	$(JAVA_HOME)/bin/java -cp app/target/test-classes:app/target/classes:$$(cat app/target/class-path) dev.whetstone.cli.Load ./whet $(LOAD_WORKSPACE) $(LOAD_SECONDS) "$(LOAD_CLIENTS)" $(LOAD_QUESTIONS)
workflow: servers build
	./workflow/run.sh
format:
	$(MVN) -q spotless:apply
clean:
	$(MVN) -q clean

# Seconds for each target of `make test-fuzz`, and which targets (all of FuzzTarget by default).
SECONDS_EACH ?= 120
TARGETS ?=

# Holds a running `whet serve` against real clients, pinned in clients/requirements.txt: make clients URL=http://127.0.0.1:8088
URL ?= http://127.0.0.1:8088
clients:
	clients/check.sh $(URL)
