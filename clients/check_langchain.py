"""Holds the answers of a running `whet serve` against LangChain's client for OpenAI.

    clients/check.sh [URL]
"""

from importlib.metadata import version

import openai
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from checks import app, check, finish, key, question, raises, url

model = app()
chat = ChatOpenAI(base_url=url + "/v1", api_key=key, model=model, max_retries=0)

reply = chat.invoke(question)
check("a question is answered", "[1]" in reply.content, repr(reply.content))
check("it ends for a reason", reply.response_metadata["finish_reason"] == "stop")
check("usage is there", reply.usage_metadata["total_tokens"] >= 0)
talk = [SystemMessage("Be short."), HumanMessage("Hello"), AIMessage("Yes?"), HumanMessage(question)]
check("a conversation is taken", chat.invoke(talk).content == reply.content)

pieces = list(chat.stream(question))
check("a stream has deltas", len(pieces) > 2, f"{len(pieces)} pieces")
joined = pieces[0]
for piece in pieces[1:]:
    joined += piece
check("they make the text", joined.content == reply.content)

responses = ChatOpenAI(
    base_url=url + "/v1", api_key=key, model=model, max_retries=0, use_responses_api=True
)
block = responses.invoke(question).content[0]
check("it speaks responses too", block["text"] == reply.content)
check("and has their citations", block["annotations"], [a["type"] for a in block["annotations"]])
text = "".join(
    block["text"]
    for piece in responses.stream(question)
    for block in piece.content
    if isinstance(block, dict) and block.get("type") == "text" and "text" in block
)
check("also as a stream", text == reply.content)

unknown = ChatOpenAI(base_url=url + "/v1", api_key=key, model="gpt-5", max_retries=0)
raises("an unknown app is not found", openai.NotFoundError, lambda: unknown.invoke(question))
raises("so it is for a stream", openai.NotFoundError, lambda: list(unknown.stream(question)))

finish(f"langchain-openai {version('langchain-openai')}")
