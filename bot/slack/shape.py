"""What a piece of JSON must look like, put together from small checks that tell each problem with its place."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.slack import limits

Check = Callable[[Any, str], Iterator[str]]
"""Yields a line for each problem of the value that stands at the given place."""

_CONTROL = re.compile(r"<[!@#]")


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these keys and no others; `rules` look at it as a whole once its keys are right."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Check, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{at}: must be an object"
            return
        problems = [*self._keys(value, at)]
        yield from problems or [line for rule in self.rules for line in rule(value, at)]

    def _keys(self, value: Mapping[str, Any], at: str) -> Iterator[str]:
        known = {**self.required, **self.optional}
        for name in self.required:
            if value.get(name) is None:
                yield f"{at}: {name} is missing"
        for name, part in value.items():
            if name not in known:
                yield f"{at}: {name} is no property here"
            elif part is not None:
                yield from known[name](part, f"{at}.{name}")


@dataclass(frozen=True, slots=True)
class Typed:
    """An object whose `type` says which of the shapes it has; `noun` is what these are."""

    noun: str
    shapes: Mapping[str, Shape]

    def __call__(self, value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if not isinstance(kind, str) or kind not in self.shapes:
            yield f"{at}: {kind!r} is no type of {self.noun}"
        else:
            yield from self.shapes[kind]({name: part for name, part in value.items() if name != "type"}, at)

    def only(self, *kinds: str) -> "Typed":
        """Some of them."""
        return Typed(self.noun, {kind: self.shapes[kind] for kind in kinds})


def string(most: int, least: int = 1) -> Check:
    """Text of that length. Halves of characters cannot be sent at all."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: must be a string"
        elif not least <= len(value) <= most:
            yield f"{at}: has {len(value)} characters; {least} to {most} are allowed"
        elif any("\ud800" <= char <= "\udfff" for char in value):
            yield f"{at}: holds half of a character"

    return check


def inert_string(most: int, least: int = 1) -> Check:
    """Text in which Slack looks for mentions: none may stand there."""

    def check(value: Any, at: str) -> Iterator[str]:
        yield from string(most, least)(value, at)
        if isinstance(value, str) and (found := _CONTROL.search(value)):
            yield f"{at}: {value[found.start() :][:20]!r} is a control sequence"

    return check


def items(check_item: Check, most: int, least: int = 1) -> Check:
    """A list of that many."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield f"{at}: must be a list"
            return
        if not least <= len(value) <= most:
            yield f"{at}: has {len(value)} items; {least} to {most} are allowed"
        for place, item in enumerate(value):
            yield from check_item(item, f"{at}[{place}]")

    return check


def one_of(*values: str) -> Check:
    """One of these words."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in values:
            yield f"{at}: {value!r} is none of {', '.join(values)}"

    return check


def whole_number(least: int, most: int) -> Check:
    """An integer within these."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            yield f"{at}: must be a whole number from {least} to {most}"

    return check


def truth(value: Any, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{at}: must be true or false"


def web_address(value: Any, at: str) -> Iterator[str]:
    """An http or https URL."""
    yield from string(limits.URL)(value, at)
    if isinstance(value, str) and not re.match(r"https?://[^\s/]", value):
        yield f"{at}: is no web address"


def anything(_value: Any, _at: str) -> Iterator[str]:
    """Not looked into."""
    yield from ()


def any_of(*names: str) -> Check:
    """A rule: at least one of these keys is there."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not any(value.get(name) for name in names):
            yield f"{at}: {' or '.join(names)} is missing"

    return check


def at_most_one(*names: str) -> Check:
    """A rule: these keys exclude each other."""

    def check(value: Any, at: str) -> Iterator[str]:
        if sum(value.get(name) is not None for name in names) > 1:
            yield f"{at}: {' and '.join(names)} exclude each other"

    return check


def text(most: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Typed:
    """A text object of one of these kinds."""
    shapes = {
        "plain_text": Shape({"text": string(most)}, {"emoji": truth}),
        "mrkdwn": Shape({"text": inert_string(most)}, {"verbatim": truth}),
    }
    return Typed("text", shapes).only(*kinds)


def plain(most: int) -> Typed:
    """A text object that is shown as it stands."""
    return text(most, ("plain_text",))
