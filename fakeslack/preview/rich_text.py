"""Rich text: blocks whose words are never read as markup."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from fakeslack.preview.emoji import emoji
from fakeslack.preview.names import Names
from fakeslack.preview.parts import Listing, Paragraph, Part, Parts, Preformatted, Quote, Span, Words

Json = Mapping[str, Any]


class RichText:
    """Reads `rich_text` into parts."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def parts(self, block: Json) -> Parts:
        return tuple(self._part(element) for element in block.get("elements", ()))

    def words(self, block: Json) -> Words:
        """The words alone, for where one line is all there is room for."""
        inside = block.get("elements")
        return (self._span(block),) if inside is None else tuple(span for one in inside for span in self.words(one))

    def _part(self, element: Json) -> Part:
        inside = element.get("elements", ())
        match element.get("type"):
            case "rich_text_list":
                start = 1 + int(element.get("offset", 0)) if element.get("style") == "ordered" else None
                return Listing(tuple((self._part(item),) for item in inside), start, int(element.get("indent", 0)))
            case "rich_text_quote":
                return Quote((Paragraph(self._words(inside)),))
            case "rich_text_preformatted":
                return Preformatted("".join(span.text for span in self._words(inside)))
        return Paragraph(self._words(inside))

    def _words(self, elements: Iterable[Json]) -> Words:
        return tuple(self._span(element) for element in elements)

    def _span(self, element: Json) -> Span:
        match element.get("type"):
            case "link":
                return _styled(element, Span(element.get("text") or element["url"], link=element["url"]))
            case "user":
                return self._names.reference(f"@{element['user_id']}")
            case "channel":
                return self._names.reference(f"#{element['channel_id']}")
            case "usergroup":
                return self._names.reference(f"!subteam^{element['usergroup_id']}")
            case "broadcast":
                return self._names.reference(f"!{element['range']}")
            case "emoji":
                return Span(emoji(element["name"]), kind="emoji")
        return _styled(element, Span(str(element.get("text") or element.get("fallback") or element.get("value") or "")))


def _styled(element: Json, span: Span) -> Span:
    style = element.get("style", {})
    return replace(
        span,
        bold=bool(style.get("bold")),
        italic=bool(style.get("italic")),
        strike=bool(style.get("strike")),
        code=bool(style.get("code")),
    )
