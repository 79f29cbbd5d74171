#!/usr/bin/env bash
# How long a question takes to embed, one at a time, as `whet serve` embeds it: in fp32, and in what a server takes by
# itself, which is 8 bits where its trial on this machine found them as good. The search is not in it: `make load` has it.
#
#     bench/questions.sh DIR [MODEL]
#
# DIR: a collection in BEIR layout; up to 200 of its questions are asked. MODEL: a base model's name or a folder.
#
# ROUNDS=5                     how often all questions are asked of each runtime, in turns, after once to warm up
# RUNTIMES="ONNX_FP32 AUTO"    the first is what the cosines of the others are taken to; TORCH_BF16 and TORCH_INT8 are what
#                              `model.runtime: torch_bf16` and `torch_int8` do
#
# Processor time is that of all threads for a question: other work on the machine disturbs it less than the clock's.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
folder=${1:?"bench/questions.sh DIR [MODEL]"}
model=${2:-bge-small-en-v1.5}
"$whet" --version >/dev/null
machine

tunables=glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1
target=$here/../app/target
# As the launcher starts a server.
# shellcheck disable=SC2086
OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=$tunables "$("$whet" --print-java-home)/bin/java" --enable-native-access=ALL-UNNAMED \
  -XX:+UseG1GC -Dorg.bytedeco.javacpp.nopointergc=true -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 \
  -cp "$target/whetstone.jar:$(<"$target/class-path")" dev.whetstone.bench.QuestionSpeed \
  "$folder" "$model" "${ROUNDS:-5}" ${RUNTIMES:-ONNX_FP32 AUTO} 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
echo "load       $(cut -d' ' -f1 /proc/loadavg) after"
