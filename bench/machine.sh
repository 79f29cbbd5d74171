# What a figure was measured on. Sourced by the scripts of this folder; prints one line a fact.
machine() {
  local model flags
  model=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -1)
  flags=$(sed -n 's/^flags[^:]*: *//p' /proc/cpuinfo | head -1 | tr ' ' '\n' | grep -xE 'avx2|avx512f|avx512_vnni|avx512_bf16|amx_bf16|amx_int8' | sort | tr '\n' ' ')
  echo "machine    $(nproc) cores of ${model:-unknown} (${flags% }), $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo)"
  echo "load       $(cut -d' ' -f1 /proc/loadavg) before"
  echo "date       $(date -u +%F), Whetstone $(git -C "$here/.." rev-parse --short HEAD 2>/dev/null || echo unknown), JDK $("$("$whet" --print-java-home)/bin/java" --version | head -1)"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
whet=$here/../whet

# A folder that is gone when the script ends.
work=$(mktemp -d "${TMPDIR:-/tmp}/whetstone-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Seconds that a command takes; its output goes to $work/log, and is shown if it fails.
seconds() {
  local began
  began=$(date +%s.%N)
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; return 1; }
  echo "$began $(date +%s.%N)" | awk '{printf "%.2f", $2 - $1}'
}

# The peers' Python: a virtual environment with what the script names; without it peers are left out, and that is said.
peers() {
  if [ -z "${WHETSTONE_PEERS_PYTHON:-}" ]; then
    echo "peers      left out: WHETSTONE_PEERS_PYTHON names no Python with $*"
    return 1
  fi
}
