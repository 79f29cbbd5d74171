#!/usr/bin/env bash
# How fast a base model trains on judged pairs, and with how much memory, beside sentence-transformers: the same pairs in
# batches of 32 without mined negatives, cut to the same number of tokens, the same optimiser, in fp32 and in bf16.
#
#     bench/train.sh DIR [MODEL [STEPS [TOKENS]]]
#
# DIR: a collection in BEIR layout with qrels/train.tsv. MODEL: a base model's name or a folder. Ours and the peer take
# turns, each twice; the faster turn counts. Processor time is told beside the clock's, as other work disturbs it less (the
# peer's threads spin while they wait, unless OMP_WAIT_POLICY=passive is set, as it is for ours). The peer is called where
# WHETSTONE_PEERS_PYTHON names a Python with sentence-transformers. PRECISIONS="FP32" leaves bf16 out, which is slow where the processor has none.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/machine.sh"
folder=${1:?"bench/train.sh DIR [MODEL [STEPS [TOKENS]]]"}
model=${2:-bge-small-en-v1.5}
steps=${3:-12}
tokens=${4:-192}
turns=${TURNS:-2}
"$whet" --version >/dev/null
machine

tunables=glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1
target=$here/../app/target
ours() { # $1: precision; as the launcher starts the program
  OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=$tunables "$("$whet" --print-java-home)/bin/java" --enable-native-access=ALL-UNNAMED \
    -XX:+UseParallelGC -Dorg.bytedeco.javacpp.nopointergc=true -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 \
    -cp "$target/whetstone.jar:$(<"$target/class-path")" dev.whetstone.bench.TrainingSpeed \
    "$folder" "$model" "$1" "$steps" "$tokens" 2>"$work/log" || { cat "$work/log" >&2; return 1; }
}

theirs() { # $1: precision
  HF_HUB_OFFLINE=1 "$WHETSTONE_PEERS_PYTHON" - \
    "$folder" "$(model_folder)" "$1" "$steps" "$tokens" <<'PY' 2>"$work/log" || { cat "$work/log" >&2; return 1; }
import json, os, random, resource, sys, time
import sentence_transformers, torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.losses import MultipleNegativesRankingLoss
folder, model, precision, steps, tokens = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(os.cpu_count())
texts = {d['_id']: ((d.get('title') or '') + ' ' + d['text']).strip() for d in map(json.loads, open(folder + '/corpus.jsonl'))}
questions = {q['_id']: q['text'] for q in map(json.loads, open(folder + '/queries.jsonl'))}
rows = [line.rstrip('\n').split('\t') for line in open(folder + '/qrels/train.tsv')][1:]
pairs = [(questions[r[0]], texts[r[1]]) for r in rows if int(r[2]) > 0 and r[1] in texts]
random.Random(1).shuffle(pairs)
network = SentenceTransformer(model, device='cpu')
network.max_seq_length = tokens
loss = MultipleNegativesRankingLoss(network)
optimiser = torch.optim.AdamW(network.parameters(), lr=2e-5)
network.train()
tokenise = network.preprocess if hasattr(network, 'preprocess') else network.tokenize
done = 0
for step in range(steps):
    if step == 2:
        begun, processor, done = time.time(), time.process_time(), 0
    batch = [pairs[(step * 32 + i) % len(pairs)] for i in range(32)]
    features = [tokenise([pair[i] for pair in batch]) for i in (0, 1)]
    with torch.autocast('cpu', torch.bfloat16, enabled=precision == 'BF16'):
        value = loss(features, None)
    value.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
    optimiser.step()
    optimiser.zero_grad()
    done += len(batch)
print('sentence-transformers %s %.2f pairs/s, %.2f CPU s a step; peak %.2f GB (%s, torch %s)' % (
    precision, done / (time.time() - begun), (time.process_time() - processor) / (steps - 2), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9,
    sentence_transformers.__version__, torch.__version__))
PY
}

model_folder() { # the peer reads what a named base model was converted to by our first turn
  if [ -d "$model" ]; then echo "$model"; else find "${WHETSTONE_CACHE:-$HOME/.cache/whetstone}/models" -maxdepth 1 -type d -name "$model-*" | head -1; fi
}

best() { # $1: log; the line with the most pairs a second
  sort -t' ' -k3 -n -r "$1" | head -1
}
for precision in ${PRECISIONS:-FP32 BF16}; do
  rm -f "$work"/ours "$work"/theirs
  for _ in $(seq "$turns"); do
    ours "$precision" | grep '^Whetstone' >>"$work/ours"
    if [ -n "${WHETSTONE_PEERS_PYTHON:-}" ]; then theirs "$precision" >>"$work/theirs"; fi
  done
  best "$work/ours"
  if [ -s "$work/theirs" ]; then
    best "$work/theirs"
    paste -d' ' <(best "$work/ours") <(best "$work/theirs") |
      awk -v precision="$precision" '{for (i = 1; i < NF; i++) {if ($(i + 1) == "pairs/s,") rate[++n] = $i; if ($(i + 1) == "CPU") cpu[n] = $i}; printf "%s: ours is %.2f times as fast, with %.2f times the work in a second of processor time\n", precision, rate[1] / rate[2], cpu[2] / cpu[1]}'
  fi
done
peers sentence-transformers || true
