"""Archives are examined before any library unpacks them."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest

from index.errors import UnreadableDocument
from index.formats.archive import MAX_MEMBERS, check_archive, check_entities

LAUGHS = b'<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>'


def archive(parts: dict[str, bytes], compression: int = ZIP_DEFLATED) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return data.getvalue()


def refusal(data: bytes, max_unpacked: int = 1_000_000) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        check_archive(data, "a Word document", max_unpacked)
    return str(caught.value)


def declaring(data: bytes, size: int, checksum: int) -> bytes:
    """The archive with another size and checksum of its only member, in both its headers."""
    central = data.index(b"PK\x01\x02")
    forged = bytearray(data)
    for checksum_at, size_at in ((14, 22), (central + 16, central + 24)):
        struct.pack_into("<I", forged, checksum_at, checksum)
        struct.pack_into("<I", forged, size_at, size)
    return bytes(forged)


def test_an_honest_archive_passes() -> None:
    """Up to the limit, and the limit included, all is well."""
    check_archive(archive({"a": b"x" * 600_000, "b": b"y" * 400_000}), "a Word document", 1_000_000)


def test_a_bomb_is_refused() -> None:
    """A kilobyte that unpacks to a megabyte too much is refused by its own declaration."""
    expected = "unpacks to more than 1 MB, 10 times what FOOTNOTE_MAX_FILE_MB allows"

    assert refusal(archive({"a": b"\0" * 1_000_001})) == expected
    assert refusal(archive({"a": b"\0" * 600_000, "b": b"\0" * 600_000})) == expected


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    """A declared size is not believed: what comes out is checked against its checksum."""
    bomb = declaring(archive({"a": b"\0" * 2_000_000}), 10, zlib.crc32(b"\0" * 2_000_000))

    assert refusal(bomb) == "is damaged, or not a Word document"


def test_a_bomb_that_lies_about_everything_does_not_go_off() -> None:
    """Where the checksum lies as well, no more comes out than was declared."""
    bomb = declaring(archive({"a": b"\0" * 2_000_000}), 10, zlib.crc32(b"\0" * 10))

    check_archive(bomb, "a Word document", 1_000_000)
    with ZipFile(BytesIO(bomb)) as file:
        assert file.read("a") == b"\0" * 10


def test_members_that_share_their_bytes_are_counted_each() -> None:
    """Many directory entries that point at one member multiply it: that is refused."""
    one = archive({"a": b"\0" * 400_000})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    trailer = bytearray(one[end:])
    struct.pack_into("<HH", trailer, 8, 9, 9)
    struct.pack_into("<I", trailer, 12, 9 * (end - start))

    assert refusal(one[:start] + one[start:end] * 9 + bytes(trailer))


def test_too_many_members_are_refused() -> None:
    """A million empty members cost more than their bytes."""
    many = archive({str(number): b"" for number in range(MAX_MEMBERS + 1)}, ZIP_STORED)

    assert refusal(many) == "is an archive of more than 20000 parts"


def test_nested_archives_stay_closed() -> None:
    """An archive in the archive counts with its packed size, since nobody opens it."""
    check_archive(archive({"embedded/b.zip": archive({"c": b"\0" * 50_000_000})}), "a Word document", 1_000_000)


def test_encrypted_members_are_refused() -> None:
    """The flag of an encrypted member is enough."""
    data = bytearray(archive({"a": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    assert refusal(bytes(data)) == "is encrypted"


def test_unusual_compression_is_refused() -> None:
    """Office and EPUB know two methods; others may ask for gigabytes of memory."""
    assert refusal(archive({"a": b"x"}, ZIP_BZIP2)) == "is compressed in an unusual way"


def test_old_and_encrypted_office_files_are_told_apart() -> None:
    """Office hides what it encrypts in the container of its old formats."""
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert refusal(ole) == "is in the binary format of old Office versions"
    assert refusal(ole + "EncryptedPackage".encode("utf-16-le")) == "is encrypted"


@pytest.mark.parametrize("cut", [30, 60, -30, -4])
def test_a_truncated_archive_is_damaged(cut: int) -> None:
    """A download that broke off is told from a file of another kind."""
    assert refusal(archive({"a": b"some words" * 50})[:cut]) == "is damaged, or not a Word document"


def test_a_corrupt_member_is_damaged() -> None:
    """A wrong checksum is found before a library trips over it."""
    data = bytearray(archive({"a": b"some words" * 50}, ZIP_STORED))
    data[60] ^= 0xFF

    assert refusal(bytes(data)) == "is damaged, or not a Word document"


@pytest.mark.parametrize("part", [LAUGHS, LAUGHS.decode().encode("utf-16")])
@pytest.mark.parametrize("name", ["word/document.xml", "word/innocent.bin"])
def test_entities_are_refused_whatever_the_name_or_encoding(name: str, part: bytes) -> None:
    """A billion laughs need a declaration; relations may lead to parts of any name."""
    with pytest.raises(UnreadableDocument, match=r"^declares XML entities, as bombs do$"):
        check_entities(archive({"[Content_Types].xml": b"<Types/>", name: part}))


def test_ordinary_parts_declare_nothing() -> None:
    """Document types without entities, pictures and broken XML are no bombs."""
    check_entities(
        archive(
            {
                "a.xml": b'<!DOCTYPE html PUBLIC "x" "http://example.org/x.dtd"><html/>',
                "b.png": b"\x89PNG\0",
                "c.xml": b"<broken",
                "d.xml": b"",
                "word/media/drawing.svg": LAUGHS,
            }
        )
    )


def test_names_may_say_anything() -> None:
    """Members named like paths are only names; nothing is ever written."""
    info = ZipInfo("../../etc/passwd")
    data = BytesIO()
    with ZipFile(data, "w") as file:
        file.writestr(info, b"x")

    check_archive(data.getvalue(), "an EPUB book", 1_000)
