"""Ids of documents in paths: any text, slashes included."""

from starlette.convertors import Convertor, register_url_convertor


class AnyText(Convertor[str]):
    """The rest of a path, slashes and line breaks included; ids are looked up in the index, never on disk."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


def know_any_text() -> None:
    """Let paths of routes say `{id:any_text}`; doing it again changes nothing."""
    register_url_convertor("any_text", AnyText())
