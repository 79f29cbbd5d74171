"""Holds the completion of a running `whet serve` against DashScope's client.

    clients/check.sh [URL]
"""

from importlib.metadata import version

import dashscope
from dashscope import Application

from checks import app, check, finish, key, question, url

dashscope.base_http_api_url = url + "/api/v1"
model = app()


def call(prompt=question, app_id=model, **options):
    return Application.call(api_key=key, app_id=app_id, prompt=prompt, **options)


whole = call()
check("a question is answered", whole.status_code == 200, repr(whole.output.text))
check("it ends for a reason", whole.output.finish_reason == "stop")
check("a session has an id", len(whole.output.session_id) > 8)
references = whole.output.doc_references
check("a citation has its reference", references[0].index_id == "1", references[0].doc_name)
check("and a mark in the text", "<ref>[1]</ref>" in whole.output.text)
check("usage names what wrote", whole.usage.models[0].model_id, whole.usage.models[0].model_id)

frames = list(call(stream=True))
check("a stream is cumulative", frames[-1].output.text == whole.output.text, f"{len(frames)} frames")
check(
    "each frame begins with the one before",
    all(b.output.text.startswith(a.output.text) for a, b in zip(frames, frames[1:])),
)
check("a frame before the last has no reason", frames[0].output.finish_reason == "null")
check("the last has its own", frames[-1].output.finish_reason == "stop")
deltas = list(call(stream=True, incremental_output=True))
check("deltas make the text", "".join(f.output.text for f in deltas) == whole.output.text)

talk = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]
talk.append({"role": "user", "content": question})
check("messages are taken", call(prompt=None, messages=talk).output.text == whole.output.text)
session = whole.output.session_id
check("a session's id comes back", call(session_id=session).output.session_id == session)

declined = call(rag_options={"file_ids": ["no such document"]})
check("a declined question says so", declined.output.text, declined.output.text)
check("and for programs", declined.output["reject_status"] is True)

unknown = call(app_id="none")
check("an unknown app is not found", unknown.status_code == 404, f"{unknown.code}: {unknown.message}")
blank = call(prompt=" ")
check("a blank question is refused", blank.status_code == 400, f"{blank.code}: {blank.message}")
problem = list(call(app_id="none", stream=True))
check("so it is for a stream", problem[-1].status_code == 404, problem[-1].code)

finish(f"dashscope {version('dashscope')}")
