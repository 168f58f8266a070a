"""HTML pages: text goes in as data and comes out as exactly the same text, whatever it contains."""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

UNSHOWABLE = re.compile("[\0\ud800-\udfff]")  # HTML drops the first, UTF-8 cannot carry the others


class Templates:
    """The pages in `templates/`."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("bot.http"), autoescape=True, undefined=StrictUndefined, finalize=exact
        )

    def page(
        self,
        name: str,
        values: Mapping[str, Any],
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """The template `name` filled with `values`, none of which is ever read as HTML."""
        return HTMLResponse(self._environment.get_template(name).render(values), status, headers)


def exact(value: Any) -> Any:
    """Text as HTML that parses back to the same text; what HTML cannot carry becomes U+FFFD.

    Parsers turn a carriage return into a line feed unless it is a character reference.
    """
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    escaped = str(escape(UNSHOWABLE.sub("\ufffd", value)))
    return Markup(escaped.replace("\r", "&#13;"))  # noqa: S704 # escaped one line above
