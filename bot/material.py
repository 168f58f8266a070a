"""Text of others as a language model is shown it: its words, with nothing that could step out of its frame.

Only what a model sees is changed; what is quoted and proven are the documents as they are.
"""

import re

# Marks of writing that nobody sees: they can hide words from people, or break up a tag that must be seen.
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HALVES = re.compile("[\ud800-\udfff]")  # of characters; they cannot be sent
# The frames of prompts, and what servers and models take for the beginning or end of somebody's turn.
_FRAMES = r"passages?|question|conversation|turn"
_TURNS = (
    r"s|bos|eos|pad|unk|start_of_turn|end_of_turn|think(?:ing)?|tool_call|tool_response|"
    r"system|user|assistant|human|model|developer"
)
_TAG = re.compile(
    rf"[<＜](?=\s*/?\s*(?:(?:{_FRAMES})(?![^\W\d_])|(?:{_TURNS})\s*/?\s*[>＞])|\s*[|｜]|<\s*/?\s*SYS\b)", re.IGNORECASE
)
_INSTRUCTION = re.compile(r"\[(?=\s*/?\s*INST\s*\])", re.IGNORECASE)
_NUMBER = re.compile(r"\[(\d{1,2}(?:\s?[,–-]\s?\d{1,2})*)\]|【(\d{1,2})[^【】\n]{0,60}】")


def contained(text: str) -> str:
    """The text with every tag that could end its frame, or begin a turn, made a picture of itself: ‹/passage>."""
    text = _HALVES.sub("\ufffd", _CONTROLS.sub(" ", _UNSEEN.sub("", text)))
    return _INSTRUCTION.sub("‹", _TAG.sub("‹", text))


def contained_line(text: str) -> str:
    """The same in one line, with single spaces."""
    return " ".join(contained(text).split())


def contained_source(text: str) -> str:
    """The same for a passage: its own notes, [1], read ⟨1⟩ and are not taken for the numbers of passages."""
    return _NUMBER.sub(lambda match: f"⟨{match[1] or match[2]}⟩", contained(text))
