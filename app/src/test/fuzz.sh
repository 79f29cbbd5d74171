#!/usr/bin/env bash
# Fuzzes the readers of outside files with Jazzer, guided by coverage: fuzz.sh SECONDS [TARGET ...]
# Inputs that found something new are kept in target/fuzz/TARGET and used again; one that breaks a reader is
# written to target/fuzz/found, and the exit code is not 0.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=$1
shift
targets=("$@")
if [ ${#targets[@]} = 0 ]; then mapfile -t targets < <(ls src/test/resources/fuzz); fi
rm -rf target/fuzz/found
mkdir -p target/fuzz/found
for target in "${targets[@]}"; do
  echo "== $target, $seconds s"
  mkdir -p "target/fuzz/$target"
  "${JAVA_HOME:?}/bin/java" -Xmx2g -Xss8m --enable-native-access=ALL-UNNAMED -XX:-OmitStackTraceInFastThrow \
    -cp "target/test-classes:target/classes:$(<target/test-class-path)" com.code_intelligence.jazzer.Jazzer \
    --target_class=dev.whetstone.fuzz.Fuzz --target_args="$target" \
    --instrumentation_includes='dev.whetstone.**:org.jsoup.**:org.commonmark.**:org.apache.pdfbox.**' \
    -max_total_time="$seconds" -timeout=60 -rss_limit_mb=4096 -artifact_prefix=target/fuzz/found/ \
    --reproducer_path=target/fuzz/found "target/fuzz/$target" "src/test/resources/fuzz/$target" 2>&1 |
    grep -E '^(#[0-9]+.(DONE|INITED|pulse)|== |.*Exception|.*Error|\s+at dev\.whetstone|artifact_prefix|Base64)' || true
  [ -z "$(ls target/fuzz/found)" ] || { echo "found: $(ls target/fuzz/found)" >&2; exit 1; }
done
