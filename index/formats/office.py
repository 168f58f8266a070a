"""What the three Office formats share: the properties of the file."""

from io import BytesIO
from zipfile import ZipFile

from index.formats.titles import sensible_title
from index.formats.xml import parse_xml

_PROPERTIES = "docProps/core.xml"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def core_title(data: bytes) -> str | None:
    """The title among the properties of an Office file, if somebody chose one."""
    with ZipFile(BytesIO(data)) as archive:
        if _PROPERTIES not in archive.namelist():
            return None
        return sensible_title(parse_xml(archive.read(_PROPERTIES)).findtext(_TITLE))
