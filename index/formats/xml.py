"""XML of strangers."""

from typing import IO, Any


def parse_xml(data: bytes) -> Any:
    """The root element of `data`; entity declarations and references to other files raise an exception."""
    from defusedxml.ElementTree import fromstring

    return fromstring(data)


def declares_entities(stream: IO[bytes]) -> bool:
    """Whether `stream` is XML that declares entities; it is read up to the root element."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    try:
        next(iter(iterparse(stream, events=("start",))), None)
    except DefusedXmlException:
        return True
    except (ParseError, ValueError, LookupError):
        return False  # no XML; if it should be, whoever needs it will say so
    return False
