"""E-mail messages."""

from email.message import EmailMessage

import pytest

from index.document import Document, Markup
from index.errors import UnreadableDocument
from index.formats.mail import read_mail
from index.formats.source import Source


def read(data: bytes) -> Document:
    (document,) = read_mail(Source("a.eml", data, 10**6))
    return document


def message(body: str, subtype: str = "plain", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Zoë <zoe@example.org>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(body, subtype=subtype)
    return mail


def test_head_body_and_names_of_attachments() -> None:
    """Who, to whom, when and what; the plain body; attachments by name, unread."""
    mail = message("Bonjour,\n\nla réunion est à 14 h.\n", To="b@example.org", Subject="Réunion")
    mail["Date"] = "Mon, 03 Jun 2024 10:00:00 +0200"
    mail.add_alternative("<p>HTML</p>", subtype="html")
    mail.add_attachment(b"secret", maintype="application", subtype="pdf", filename="plan.pdf")
    mail.add_attachment(b"x", maintype="image", subtype="png", filename="a\tb.png")

    document = read(mail.as_bytes())

    assert document.text == (
        "From: Zoë <zoe@example.org>\nTo: b@example.org\n"
        "Date: Mon, 03 Jun 2024 10:00:00 +0200\nSubject: Réunion\n\n"
        "Bonjour,\n\nla réunion est à 14 h.\n\nAttachments: plan.pdf, a b.png"
    )
    assert (document.title, document.markup) == ("Réunion", Markup.PLAIN)


def test_a_body_of_html_is_converted() -> None:
    """Where there is no plain body, the visible words of the page are the body."""
    document = read(message("<style>x</style><h1>Hi</h1><p>See <b>you</b>.</p>", "html").as_bytes())

    assert document.text == "From: Zoë <zoe@example.org>\n\n# Hi\n\nSee you."
    assert (document.title, document.markup) == (None, Markup.MARKDOWN)


def test_an_undeclared_or_wrong_charset_is_guessed() -> None:
    """Old programs say nothing about their letters, or nonsense."""
    for charset in (b"", b"; charset=x-unknown", b"; charset=us-ascii"):
        mail = (
            b"Subject: x\nContent-Type: text/plain" + charset + b"\nContent-Transfer-Encoding: 8bit\n\nCaf\xe9 du port"
        )

        assert read(mail).text.endswith("Café du port")


def test_flowed_lines_are_joined() -> None:
    """A space before the line break says that it is none; the signature's dashes keep theirs."""
    mail = b"Subject: x\nContent-Type: text/plain; format=flowed\n\nThe port \nopens.\n-- \nZoe"

    assert read(mail).text == "Subject: x\n\nThe port opens.\n--\nZoe"


def test_a_message_without_body_is_its_head() -> None:
    """Only an attachment: its name is what there is to know."""
    mail = EmailMessage()
    mail["Subject"] = "Plan"
    mail.add_attachment(b"x", maintype="application", subtype="pdf", filename="plan.pdf")

    assert read(mail.as_bytes()).text == "Subject: Plan\n\nAttachments: plan.pdf"


@pytest.mark.parametrize("data", [b"just words", b"Colour: red\n\nwords", b"\x89PNG\r\n\0"])
def test_what_no_mail_program_wrote_is_none(data: bytes) -> None:
    """A message has at least one of the headers that every program writes."""
    with pytest.raises(UnreadableDocument, match=r"^is not an e-mail message$"):
        read(data)
