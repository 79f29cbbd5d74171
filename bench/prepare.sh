#!/usr/bin/env bash
# How fast documents become passages: `whet prepare` as a whole call, beside LlamaIndex's SimpleDirectoryReader with its
# default readers and SentenceSplitter.
#
#     bench/prepare.sh FOLDER [REPEATS]
#
# FOLDER: documents; those named .pdf are measured alone, too, in pages a second (counted with pypdf). The peer's turn comes after ours, as
# often, in the same run; the median counts. The peer is called where WHETSTONE_PEERS_PYTHON names a Python with
# llama-index-core and llama-index-readers-file.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
folder=${1:?"bench/prepare.sh FOLDER [REPEATS]"}
repeats=${2:-3}
"$whet" --version >/dev/null
machine

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
megabytes() { find "$1" -type f -printf '%s\n' | awk '{s += $1} END {printf "%.2f", s / 1e6}'; }

ours() { # $1: documents; a workspace each time, so that nothing was parsed before
  rm -rf "$work/workspace"
  "$whet" init "$work/workspace" >"$work/log" 2>&1
  "$whet" stage --quiet --workspace "$work/workspace" "$1" >"$work/log" 2>&1
  seconds "$whet" prepare --quiet --workspace "$work/workspace"
}

theirs() { # $1: documents
  seconds "$WHETSTONE_PEERS_PYTHON" - "$1" <<'PY'
import sys
from llama_index.core import SimpleDirectoryReader
from llama_index.core.node_parser import SentenceSplitter
documents = SimpleDirectoryReader(sys.argv[1], recursive=True).load_data()
print(len(SentenceSplitter(chunk_size=256, chunk_overlap=0).get_nodes_from_documents(documents)), "nodes")
PY
}

row() { # $1: name; $2: folder; $3: pages or nothing
  local mb ours theirs i
  mb=$(megabytes "$2")
  for i in $(seq "$repeats"); do
    ours "$2" >>"$work/ours"
    echo >>"$work/ours"
    if [ -n "${WHETSTONE_PEERS_PYTHON:-}" ]; then
      theirs "$2" >>"$work/theirs"
      echo >>"$work/theirs"
    fi
  done
  ours=$(grep . "$work/ours" | median)
  echo "$1 $ours ${3:-0} $mb" | awk '{printf "%-10s whet prepare %7.2f s  %6.2f MB/s", $1, $2, $4 / $2; if ($3) printf "  %6.1f pages/s", $3 / $2; print ""}'
  if [ -s "$work/theirs" ]; then
    theirs=$(grep . "$work/theirs" | median)
    echo "$1 $theirs ${3:-0} $mb $ours" | awk '{printf "%-10s LlamaIndex   %7.2f s  %6.2f MB/s", $1, $2, $4 / $2; if ($3) printf "  %6.1f pages/s", $3 / $2; printf "  ours is %.1f times as fast\n", $2 / $5}'
  fi
  rm -f "$work/ours" "$work/theirs"
}

peers llama-index-core and llama-index-readers-file || true
row all "$folder"
mkdir "$work/pdf"
find "$folder" -type f -iname '*.pdf' -exec cp {} "$work/pdf/" \;
if [ -n "$(ls "$work/pdf")" ]; then
  pages=0
  if [ -n "${WHETSTONE_PEERS_PYTHON:-}" ]; then # LlamaIndex reads PDF with pypdf
    pages=$("$WHETSTONE_PEERS_PYTHON" -c 'import sys, pypdf; print(sum(len(pypdf.PdfReader(f).pages) for f in sys.argv[1:]))' "$work"/pdf/*)
  fi
  row pdf "$work/pdf" "$pages"
fi
