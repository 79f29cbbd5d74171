#!/usr/bin/env bash
# Checks a running `whet serve` with the official OpenAI client: clients/check.sh [URL] [MODEL]
# The client goes into a virtual environment of its own, made once.
set -euo pipefail
cd "$(dirname "$0")"
venv=../target/clients
if [ ! -e "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt
  touch "$venv/ready"
fi
exec "$venv/bin/python" check_openai.py "$@"
