#!/usr/bin/env bash
# Checks a running `whet serve` with real clients: clients/check.sh [URL] [CHECK…]
# CHECK is the middle of a check_….py's name, such as openai_answers or dashscope; by default all.
# The clients go into a virtual environment of their own, made anew when requirements.txt changes.
set -euo pipefail
cd "$(dirname "$0")"
url=${1:-http://127.0.0.1:8088}
shift || true
venv=../target/clients
if ! cmp -s requirements.txt "$venv/ready"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  cp requirements.txt "$venv/ready"
fi
[ $# -gt 0 ] || set -- $(ls check_*.py | sed 's/^check_//; s/\.py$//')
for check in "$@"; do
  echo "== $check"
  "$venv/bin/python" "check_$check.py" "$url"
done
