"""Holds the answers of a running `whet serve` against the official OpenAI client.

    clients/check.sh [URL]

Chat completions and responses, whole and streamed, with citations, a declined question and errors.
`QUESTION` is one that the first app's documents answer.
"""

import openai
from openai import OpenAI

from checks import app, check, finish, key, question, raises, url

client = OpenAI(base_url=url + "/v1", api_key=key, max_retries=0)
model = app()
asked = [{"role": "user", "content": question}]
nothing = {"filter": {"document": ["no such document"]}}  # which no passage matches

kinds = {m.id: m.model_extra["kind"] for m in client.models.list()}
check("models have their kinds", "app" in kinds.values(), kinds)
ids = [m.id for m in client.models.list()]
check("each model's id is there once", len(ids) == len(set(ids)))

# Chat completions
whole = client.chat.completions.create(model=model, messages=asked, temperature=0.3, max_tokens=99)
message = whole.choices[0].message
check("a question is answered", len(message.content) > 10, repr(message.content))
check("the answer has a mark", "[1]" in message.content)
check("it ends for a reason", whole.choices[0].finish_reason == "stop")
first = message.annotations[0]
check("annotations are typed", first.type == "url_citation", first.url_citation)
marked = message.content[first.url_citation.start_index : first.url_citation.end_index]
check("an annotation says where its mark stands", marked == "[1]", marked)
source = first.model_extra["source"]
check("and what is cited", source["text"] and source["document"], source["document"])
check("usage is there", whole.usage.total_tokens >= 0, whole.usage.total_tokens)

chunks = list(
    client.chat.completions.create(
        model=model, messages=asked, stream=True, stream_options={"include_usage": True}
    )
)
text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
check("a stream has deltas", text == message.content, f"{len(chunks)} chunks")
check("the first delta has the role", chunks[0].choices[0].delta.role == "assistant")
streamed = [
    annotation
    for c in chunks
    if c.choices
    for annotation in (c.choices[0].delta.model_extra or {}).get("annotations", [])
]
check("annotations come with the deltas", len(streamed) == len(message.annotations), len(streamed))
check("the last chunk but one ends the choice", chunks[-2].choices[0].finish_reason == "stop")
check("the last chunk has the usage that was asked for", chunks[-1].usage and not chunks[-1].choices)
plain = list(client.chat.completions.create(model=model, messages=asked, stream=True))
check("no usage where none was asked for", all(c.usage is None for c in plain))

with client.chat.completions.stream(model=model, messages=asked) as stream:
    for _ in stream:
        pass
    final = stream.get_final_completion().choices[0].message
check("the client's own helper joins a stream", final.content == message.content)
joined = final.annotations or []
check("and its annotations", len(joined) == len(message.annotations), len(joined))

declined = client.chat.completions.create(model=model, messages=asked, extra_body=nothing)
check("a declined question says so", declined.choices[0].message.content, declined.choices[0].message.content)
check("with empty annotations", declined.choices[0].message.annotations == [])
check("and for programs", declined.model_extra["whetstone"]["declined"] is True)

talk = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "Hello"}]
talk += [{"role": "assistant", "content": "Yes?"}, *asked]
check(
    "the last message of the user is the question",
    client.chat.completions.create(model=model, messages=talk).choices[0].message.content,
)


def told(e):
    return f"{type(e).__name__} {e.status_code}: {e.body['message']}"


raises(
    "an unknown app is not found",
    openai.NotFoundError,
    lambda: client.chat.completions.create(model="gpt-5", messages=asked),
    told,
)
raises(
    "so it is for a stream",
    openai.NotFoundError,
    lambda: client.chat.completions.create(model="gpt-5", messages=asked, stream=True),
    told,
)
raises(
    "a blank question is refused",
    openai.BadRequestError,
    lambda: client.chat.completions.create(model=model, messages=[{"role": "user", "content": " "}]),
    told,
)

# Responses
response = client.responses.create(model=model, input=question)
check("a response has the same text", response.output_text == message.content)
cited = response.output[0].content[0].annotations[0]
check("its annotations are file citations", cited.type == "file_citation", cited.filename)
check("an annotation's index is its mark's", response.output_text[cited.index :][:3] == "[1]")
check("its usage is typed", response.usage.output_tokens_details.reasoning_tokens == 0)

events = list(client.responses.create(model=model, input=asked, stream=True))
types = [e.type for e in events]
check("a stream begins and ends as it should", (types[0], types[-1]) == ("response.created", "response.completed"), f"{len(types)} events")
check("its events are numbered", [e.sequence_number for e in events] == list(range(len(events))))
check(
    "its deltas make the text",
    "".join(e.delta for e in events if e.type == "response.output_text.delta") == response.output_text,
)
check("its last event has the whole response", events[-1].response.output_text == response.output_text)
with client.responses.stream(model=model, input=question) as stream:
    for _ in stream:
        pass
    check(
        "the client's own helper joins a stream of responses",
        stream.get_final_response().output_text == response.output_text,
    )
raises(
    "a conversation that is not kept here is refused",
    openai.BadRequestError,
    lambda: client.responses.create(model=model, input=question, previous_response_id="resp_1"),
    told,
)

if key != "none":
    wrong = OpenAI(base_url=url + "/v1", api_key="wrong", max_retries=0)
    raises(
        "a wrong key is refused",
        openai.AuthenticationError,
        lambda: wrong.chat.completions.create(model=model, messages=asked),
        told,
    )

finish(f"openai {openai.__version__}")
