# Whetstone: `make` builds, `make test` runs every test, `make format` formats the sources.
JAVA_HOME := $(shell ./whet --print-java-home)
export JAVA_HOME
MVN := mvn -B

.PHONY: build test format clean
build:
	$(MVN) -q -DskipTests package
test:
	$(MVN) verify
format:
	$(MVN) -q spotless:apply
clean:
	$(MVN) -q clean
