"""Zip containers, examined before any library unpacks them."""

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from index.errors import UnreadableDocument
from index.formats.xml import declares_entities

MAX_MEMBERS = 20_000
_CHUNK = 1 << 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def check_archive(data: bytes, name: str, max_unpacked: int) -> None:
    """Raise UnreadableDocument unless `data` is a zip that really unpacks to at most `max_unpacked` bytes.

    `name` says what it should be ("a Word document"). Archives inside the archive are data, never unpacked.
    """
    if data.startswith(_OLE):
        raise UnreadableDocument(_reason_for_ole(data))
    if not data.startswith(b"PK\x03\x04"):
        raise UnreadableDocument(f"is not {name}")
    try:
        with ZipFile(BytesIO(data)) as archive:
            _check_members(archive, max_unpacked)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableDocument(f"is damaged, or not {name}") from error


def check_entities(data: bytes) -> None:
    """Raise UnreadableDocument if an XML part declares entities: Office never does, bombs do.

    Parts are known by their content, since relations may point to any name. Pictures, some of which declare
    entities, are never parsed.
    """
    with ZipFile(BytesIO(data)) as archive:
        for member in archive.infolist():
            if "/media/" not in member.filename:
                with archive.open(member) as stream:
                    if declares_entities(stream):
                        raise UnreadableDocument("declares XML entities, as bombs do")


def _reason_for_ole(data: bytes) -> str:
    """Office puts what it encrypts into the container of its old formats."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "is encrypted"
    return "is in the binary format of old Office versions"


def _check_members(archive: ZipFile, max_unpacked: int) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise UnreadableDocument(f"is an archive of more than {MAX_MEMBERS} parts")
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableDocument("is encrypted")
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
        raise UnreadableDocument("is compressed in an unusual way")
    if sum(member.file_size for member in members) > max_unpacked:
        size = f"{max_unpacked / 1e6:g} MB"
        raise UnreadableDocument(f"unpacks to more than {size}, 10 times what FOOTNOTE_MAX_FILE_MB allows")
    for member in members:
        _unpack(archive, member)


def _unpack(archive: ZipFile, member: ZipInfo) -> None:
    """Stream one member into nothing. Declared sizes lie; zipfile stops at them and checks what it got."""
    with archive.open(member) as stream:
        while stream.read(_CHUNK):
            pass
