#!/usr/bin/env bash
# Speed of embedding, the whole call: `whet embed` of 4,000 texts of mean 30, 76 and 250 tokens, from the start of the
# program to the vectors on disk, beside sentence-transformers and ONNX Runtime called from Python, in turns.
#
#   bench/embed.sh [TOKENS…]          default: 30 76 250
#
# TEXTS=4000                     texts of each length
# ROUNDS=2                       runs of each; all are told
# WHETSTONE_PEERS_PYTHON=python  an interpreter with torch, sentence-transformers and onnxruntime; without it ours alone
# PEERS="…"                      which of them, by default all: bf16 is very slow where the processor has none
# ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2
#                                what libtorch would do without AVX-512 and AMX, in ours and in the peers;
#                                ONNX Runtime cannot be limited so
#
# The texts are the demo's documents (Apache Camel's manual), cut into runs of words whose lengths vary as those of
# passages do. Processor seconds are those of all threads: they say more than the time where the machine has other work.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
texts=${TEXTS:-4000} rounds=${ROUNDS:-2}
peers=${PEERS:-sentence-transformers-bf16 sentence-transformers-fp32 onnxruntime-fp32 onnxruntime-int8}
"$whet" --version >/dev/null
machine
echo "limits     ATEN_CPU_CAPABILITY=${ATEN_CPU_CAPABILITY:-none} ONEDNN_MAX_CPU_ISA=${ONEDNN_MAX_CPU_ISA:-none}"
peers torch sentence-transformers onnxruntime || true
"$whet" demo --documents "$work/camel" --full >/dev/null

words() { case $1 in 30) echo 16 ;; 76) echo 42 ;; 250) echo 145 ;; *) echo $(($1 * 57 / 100)) ;; esac }

make_texts() { # $1: tokens; the files are read again from the first when they are at their end
  awk -v words="$(words "$1")" -v count="$texts" -f "$here/texts.awk" "$work"/camel/documents/*.adoc \
    "$work"/camel/documents/*.adoc "$work"/camel/documents/*.adoc >"$work/$1.jsonl"
  mkdir "$work/documents-$1"
  cp "$work/$1.jsonl" "$work/documents-$1/texts.jsonl"
  "$whet" init "$work/w$1" >/dev/null
  sed -i 's/^  tokens: 256/  tokens: 480/' "$work/w$1/whetstone.yaml"
  "$whet" stage "$work/documents-$1" --workspace "$work/w$1" --quiet >/dev/null
  "$whet" prepare --workspace "$work/w$1" --quiet --json | sed 's/.*"passages":\([0-9]*\),"tokens":\([0-9]*\).*/\1 \2/' >"$work/size-$1"
}

# The first call is not counted: it also embeds the sentences of the passages, and tries the runtimes where that was
# not done on this machine. Its sentences stay, so that the calls that count embed the passages alone.
ours() { # $1: mean tokens
  rm -rf "$work/w$1/vectors" "$work/w$1/.whetstone/steps/embed.json"
  "$whet" embed --workspace "$work/w$1" --quiet
}

theirs() { # $1: mean tokens; $2: peer
  "$WHETSTONE_PEERS_PYTHON" "$here/embed_peer.py" "$2" "$work/$1.jsonl" "$model"
}

timed() { # $1: name; $2: mean tokens; then the command: prints seconds and processor seconds, and the rates
  local name=$1 mean=$2 took TIMEFORMAT='%R %U %S'
  shift 2
  took=$({ time "$@" >"$work/log" 2>&1; } 2>&1) || { cat "$work/log" >&2; return 1; }
  echo "$mean $name $took" | awk -v n="$texts" \
    '{ printf "%-4d %-28s %7.1f s %6.0f passages/s %7.1f processor s %6.0f passages/processor s\n", $1, $2, $3, n / $3, $4 + $5, n / ($4 + $5) }'
}

for mean in "${@:-30 76 250}"; do
  for tokens in $mean; do
    make_texts "$tokens"
    echo "$tokens   $(cat "$work/size-$tokens") passages, tokens without special ones"
    timed first-call-with-sentences "$tokens" ours "$tokens"
    for ((round = 0; round < rounds; round++)); do
      timed whetstone "$tokens" ours "$tokens"
      if [ -n "${WHETSTONE_PEERS_PYTHON:-}" ]; then
        model=$(dirname "$(find "${WHETSTONE_CACHE:-$HOME/.cache/whetstone}/models" -path '*bge-small-en-v1.5-*/model.safetensors' | head -1)")
        theirs "$tokens" quantize >"$work/log"
        for peer in $peers; do
          timed "$peer" "$tokens" theirs "$tokens" "$peer"
        done
      fi
    done
  done
done
echo "load       $(cut -d' ' -f1 /proc/loadavg) after"
