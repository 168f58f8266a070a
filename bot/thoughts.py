"""What a thinking model writes before its answer, between <think> and </think>: left out as it arrives."""

_TAGS = {"<think>": "</think>", "<thinking>": "</thinking>"}
_LONGEST = max(map(len, _TAGS.values()))


class Thoughts:
    """Lets an answer through and holds back the thoughts before it; keeps a few characters at most.

    Thoughts stand at the very beginning; later the same words are text. Thoughts that never end leave nothing.
    """

    def __init__(self) -> None:
        self._begun = ""  # what may become an opening tag, or, while thinking, a closing one
        self._closing: str | None = None
        self._answering = False

    def feed(self, text: str) -> str:
        """The part of the text that belongs to the answer."""
        if self._answering:
            return text
        return "".join(map(self._character, text))

    def finish(self) -> str:
        """What was held back as the possible beginning of a tag and is none."""
        rest = "" if self._answering or self._closing else self._begun
        self._begun, self._answering = "", True
        return rest

    def _character(self, character: str) -> str:
        if self._answering:
            return character
        self._begun += character
        if self._closing:
            self._think(self._closing)
            return ""
        return self._open()

    def _think(self, closing: str) -> None:
        self._begun = self._begun[-_LONGEST:]
        if self._begun.lower().endswith(closing):
            self._begun, self._closing = "", None

    def _open(self) -> str:
        begun = self._begun.lstrip().lower()
        if begun in _TAGS:
            self._begun, self._closing = "", _TAGS[begun]
        elif begun and not any(tag.startswith(begun) for tag in _TAGS):
            self._answering = True
            return self._begun
        elif not begun:
            self._begun = ""
        return ""
