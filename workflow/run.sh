#!/usr/bin/env bash
# The eight steps of the workflow, from end to end, on real servers of this machine: an S3 bucket (s3proxy), an Elasticsearch
# node and an OpenSearch node, which the build puts together. `make workflow` runs it. Each call is printed as one could type
# it, with its answer; the run fails where a call fails or a citation does not hold. Everything is made anew in
# workflow-workspace/ (or WORKFLOW_DIR, a folder that is new, empty or of an earlier run), and stays there to look at.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ours=$here/workflow-workspace
work=$(realpath -m -- "${WORKFLOW_DIR:-$ours}")
mark=$work/.made-by-whetstone-workflow
java=$("$here/whet" --print-java-home)/bin/java
PATH=$here:$PATH
began=$SECONDS

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { # the command as one could type it
  local word
  printf '$'
  for word in "$@"; do
    case $word in
      *[!A-Za-z0-9_./:=@%+,-]* | '') printf " '%s'" "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
}
call() { # shows a command, runs it, and shows the beginning of its answer
  show "$@"
  if ! "$@" >"$work/answer" 2>"$work/said"; then
    cat "$work/said" "$work/answer" >&2
    echo "workflow: that call failed" >&2
    exit 1
  fi
  { grep -v "^ *$" "$work/answer" || true; } | cut -c1-400 | sed -n "1,${lines:-12}s/^/    /p"
}
json() { # $1: a path in the last answer, such as output.text
  "$java" -cp "$(cat "$here/app/target/class-path")" "$here/workflow/Json.java" "$work/answer" "$@"
}
expect() { # $1: what must hold, in words; the rest: the command that finds out
  local words=$1
  shift
  if "$@"; then printf '    ✓ %s\n' "$words"; else
    echo "workflow: expected: $words; the last answer was:" >&2
    cut -c1-2000 "$work/answer" >&2
    exit 1
  fi
}

if [ "$work" != "$ours" ] && [ -e "$work" ] && [ ! -f "$mark" ] && [ -n "$(ls -A "$work")" ]; then
  echo "workflow: $work holds something that no run of this workflow made; name a new folder in WORKFLOW_DIR" >&2
  exit 1
fi
rm -rf "$work"
mkdir -p "$work"
touch "$mark"
cd "$work"

say "Servers: an S3 bucket, Elasticsearch, OpenSearch"
children=()
finish() {
  local pid
  for pid in "${children[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap finish EXIT
for server in s3proxy elasticsearch opensearch; do
  "$java" -cp "$here/app/target/test-classes" dev.whetstone.servers.Start "$server" >"$work/$server.log" 2>&1 &
  children+=($!)
done
address() { # waits for a server's first line
  local i
  for i in $(seq 240); do
    sed -n "s/^$1 \(http[^ ]*\) .*/\1/p" "$work/$1.log" | head -1 | grep . && return
    sleep 0.5
  done
  echo "workflow: $1 did not start; its log is $work/$1.log" >&2
  return 1
}
s3=$(address s3proxy)
es=$(address elasticsearch)
os=$(address opensearch)
s3=${s3%/} es=${es%/} os=${os%/}
printf '    S3 %s, Elasticsearch %s, OpenSearch %s\n' "$s3" "$es" "$os"
read -r _ key _ secret < <(grep '^key ' s3proxy.log)
cat >s3.curl <<CONFIG
user = "$key:$secret"
aws-sigv4 = "aws:amz:us-east-1:s3"
header = "x-amz-content-sha256: $(printf '' | sha256sum | cut -d' ' -f1)"
CONFIG
export AWS_ACCESS_KEY_ID=$key AWS_SECRET_ACCESS_KEY=$secret AWS_ENDPOINT_URL=$s3 AWS_REGION=us-east-1
curl=(curl -sS --fail-with-body -H 'Content-Type: application/json')

say "The documents: Apache Camel's manual (Apache-2.0), and the questions of people who do not know its words"
call whet demo --documents "$work/domain"
mv domain/documents domain_docs

say "A workspace that lives in the bucket"
call curl -sS --fail-with-body -K s3.curl -X PUT "$s3/domain"
cat >settings.yaml <<YAML
name: domain
train:
  budget: ${WORKFLOW_BUDGET:-2m}
index:
  engine: opensearch
elasticsearch:
  hosts: [$es]
  replicas: 0
opensearch:
  hosts: [$os]
  replicas: 0
YAML
call whet init s3://domain/ --settings settings.yaml
export WHETSTONE_WORKSPACE=s3://domain/

say "Step 1. Stage raw data in the object store     (ossutil cp -r ./domain_docs/ oss://<bucket>/raw/ --acl private)"
call whet stage ./domain_docs/ s3://domain/raw/ --acl private
call whet stage s3://domain/raw/
edited=$(find domain_docs -name '*.adoc' | sort | head -1)
printf '\nThis page was edited.\n' >>"$edited"
echo "    (one document is edited, and staged again)"
call whet stage ./domain_docs/ s3://domain/raw/ --acl private
call whet stage s3://domain/raw/
expect "one document changed, and none is new" grep -q ': 0 new, 1 changed, 0 removed' answer
call whet prepare
call whet questions import domain/questions.jsonl

say "Step 2. Train the embedding model     (pai submit --job-name custom-emb --oss-input … --oss-output …)"
lines=40 call whet train --on pai --dry-run --region cn-hangzhou --job-name custom-emb --oss-input oss://domain/raw/ --oss-output oss://domain/models/ \
  --framework pytorch --image registry.example.com/whetstone:0.1.0 --instance-type ecs.g8i.2xlarge
echo "    (the job above is what PAI would be given; here the same training runs on this machine)"
call whet train --on local
lines=20 call whet prove

say "Step 3. Generate and persist vectors     (.parquet files to oss://<bucket>/vectors/)"
call whet embed
call curl -sS --fail-with-body -K s3.curl "$s3/domain?list-type=2&prefix=vectors%2F"
expect "Parquet stands in the bucket" grep -q 'vectors/[^<]*\.parquet' answer

say "Step 4. Deploy the model"
show whet serve --port 0 '&'
whet serve --port 0 >serve.log 2>&1 &
children+=($!)
for _ in $(seq 120); do grep -q '^Serving' serve.log && break; sleep 0.5; done
here_url=$(sed -n 's/^Serving .* at \(http[^ ]*\).*/\1/p' serve.log)
[ -n "$here_url" ] || { cat serve.log >&2; exit 1; }
sed 's/^/    /' serve.log
call "${curl[@]}" -X PUT "$here_url/_plugins/_ml/models/_upload" -d '{"model_id": "custom-emb-v1", "model_path": "s3://domain/models/"}'
call "${curl[@]}" -X POST "$here_url/v1/embeddings" -d '{"model": "custom-emb-v1", "input": ["pick up files only once they are complete"], "input_type": "query"}'
dimension=$("$java" -cp "$(cat "$here/app/target/class-path")" "$here/workflow/Json.java" answer data.0.embedding | tr ',' '\n' | wc -l)
printf '    ✓ a vector of %d numbers\n' "$dimension"

say "Step 5. Create the vector index in Elasticsearch     (the workflow says 768 dims; this model has $dimension)"
call "${curl[@]}" -X PUT "$es/rag-index" -d '{ "settings": { "number_of_replicas": 0 }, "mappings": { "properties": { "embedding": { "type": "dense_vector", "dims": '"$dimension"', "index": true, "similarity": "cosine" }, "content": { "type": "text" } } } }'

say "Step 6. Bulk ingest"
call whet export bulk --dir bulk --index rag-index
for file in bulk/*.ndjson; do
  call curl -sS --fail-with-body -X POST "$es/rag-index/_bulk?filter_path=took,errors&refresh=true" -H 'Content-Type: application/x-ndjson' --data-binary "@$file"
  expect "no item failed" test "$(json errors)" = false
done
call whet index adopt rag-index --engine elasticsearch --document-field document
echo "    And the same passages to OpenSearch, by the product itself:"
call whet index
call whet app

say "Step 7. Configure the RAG app"
call "${curl[@]}" -X POST "$here_url/v1/apps/rag/create" -d '{"name": "domain-rag", "retriever": {"type": "elasticsearch", "endpoint": "'"$es"'", "index": "rag-index", "top_k": 5}}'
on_elasticsearch=$(json id)
call "${curl[@]}" -X POST "$here_url/v1/apps/rag/create" -d '{"name": "domain-rag-os", "retriever": {"type": "opensearch", "endpoint": "'"$os"'", "index": "domain", "top_k": 5}}'
on_opensearch=$(json id)

say "Step 8. Invoke it: hybrid retrieval, an answer with checked citations"
for app in "$on_elasticsearch" "$on_opensearch"; do
  for question in 'How do I pick up files only once they are complete?' 'Can an in-memory queue be limited in size?'; do
    call "${curl[@]}" -X POST "$here_url/api/v1/apps/$app/completion" -d '{"input": {"prompt": "'"$question"'"}}'
    expect "every citation holds" "$java" -cp "$(cat "$here/app/target/class-path")" "$here/workflow/Citations.java" answer domain_docs
  done
done

say "The whole workflow took $((SECONDS - began)) s; all of it is in $work"
