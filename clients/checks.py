"""What the checks share: the server's address and key, and how a check is counted and shown."""

import json
import os
import sys
import urllib.request

url = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8088").rstrip("/")
key = os.environ.get("WHETSTONE_API_KEY", "none")
question = os.environ.get("QUESTION", "How long are invoices kept?")
done = 0


def check(what, holds, shown=""):
    global done
    if not holds:
        sys.exit(f"FAILED  {what}  {shown}")
    done += 1
    print(f"ok      {what}{'  ' + str(shown) if shown != '' else ''}", flush=True)


def raises(what, kind, call, shown=str):
    try:
        call()
    except kind as e:
        check(what, True, shown(e))
    except Exception as e:  # another exception than a client expects
        check(what, False, repr(e))
    else:
        check(what, False, "nothing was raised")


def app():
    """The first app that the server lists, by its name."""
    request = urllib.request.Request(url + "/v1/models", headers={"Authorization": "Bearer " + key})
    with urllib.request.urlopen(request) as reply:
        models = json.load(reply)["data"]
    apps = [m for m in models if m["kind"] == "app" and m["status"] == "ready"]
    if not apps:
        sys.exit(f"FAILED  {url} lists no app that is ready: {models}")
    return apps[0]["name"]


def finish(client):
    print(f"{done} checks passed with {client} at {url}")
