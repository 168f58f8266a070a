"""Messages and views of the stand-in for Slack as people see them, in a terminal and on a page."""

import re
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from rich.console import Console, RenderableType

from bot.answer import Answer, Citation, Sentence, Timings
from bot.inert import inert
from bot.shipped import shipped_folder
from bot.slack.answer_blocks import answer_messages
from bot.slack.home_view import HomeOverview, home_view
from bot.slack.passage_view import loading_view
from bot.slack.question_view import question_view
from bot.slack.reason_view import reason_view
from bot.slack.slack_phrases import SlackPhrases
from fakeslack.preview.blocks import Blocks
from fakeslack.preview.emoji import with_emoji
from fakeslack.preview.entries import Entries
from fakeslack.preview.html_parts import parts_html
from fakeslack.preview.html_preview import html_page
from fakeslack.preview.names import Names
from fakeslack.preview.parts import Paragraph, Part, Preformatted, Quote, Span
from fakeslack.preview.presses import Presses, SubmitView, SuggestedPrompt
from fakeslack.preview.terminal_parts import TerminalParts
from fakeslack.preview.terminal_preview import TerminalPreview
from fakeslack.workspace import Message, View

NAMES = Names({"U1": "ana", "UBOT": "footnote"}, {"C1": "general"})
BLOCKS = Blocks(NAMES)
ENTRIES = Entries(NAMES, UTC)
STEERING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from("<>&\"'*_~`|\\[]()!@#\n\x1b\u202e")), max_size=60)


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain_text(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **others: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text), **others}


def button(text: str, **others: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain_text(text), "action_id": "press", **others}


def actions(*elements: dict[str, Any], kind: str = "actions") -> dict[str, Any]:
    return {"type": kind, "block_id": "b", "elements": [*elements]}


def rich(kind: str, *texts: str, **others: Any) -> dict[str, Any]:
    return {"type": kind, "elements": [{"type": "text", "text": text} for text in texts], **others}


def rich_text(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [*elements]}


def field(element: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "b", "label": plain_text("Question"), "element": element, **others}


def option(label: str, value: str) -> dict[str, Any]:
    return {"text": plain_text(label), "value": value}


FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "vote",
    "positive_button": {"text": plain_text("Good"), "value": "1:up"},
    "negative_button": {"text": plain_text("Bad"), "value": "1:down"},
}


def message(ts: str = "36000.000001", **fields: Any) -> Message:
    return Message(ts=ts, channel="C1", team="T1", **({"user": "U1"} | fields))


def answer(ts: str = "36060.000002", **fields: Any) -> Message:
    return message(ts, **({"user": "UBOT", "bot_id": "B1", "thread_ts": "36000.000001"} | fields))


def modal(*blocks: dict[str, Any], **others: Any) -> View:
    return View("V1", "T1", "U1", {"type": "modal", "title": plain_text("Ask"), "blocks": [*blocks], **others}, "h")


def printed(*renderables: RenderableType, width: int = 80, colours: bool = False) -> str:
    """As in a terminal; blanks at the ends of lines are left out."""
    out = StringIO()
    system = "standard" if colours else None
    console = Console(file=out, width=width, highlight=False, force_terminal=True, color_system=system)
    for renderable in renderables:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def shown(*blocks: dict[str, Any], presses: Presses | None = None, **options: Any) -> str:
    """The blocks in a terminal."""
    parts = TerminalParts(presses or Presses(), message())
    return printed(parts.all(BLOCKS.parts(blocks)), **options).strip("\n")


def page(*messages: Message, views: tuple[View, ...] = (), **options: Any) -> html.HtmlElement:
    return html.fromstring(html_page("A title", messages, views, entries=ENTRIES, **options))


def text_at(root: html.HtmlElement, path: str) -> list[str]:
    return [element.text_content() for element in root.xpath(path)]


# Markup


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("*bold* and _slanted_", (Span("bold", bold=True), Span(" and "), Span("slanted", italic=True))),
        ("2*3*4 and snake_case_name", (Span("2*3*4 and snake_case_name"),)),
        ("*a _b_*", (Span("a ", bold=True), Span("b", bold=True, italic=True))),
        ("`a*b*&lt;`", (Span("a*b*<", code=True),)),
        ("~gone~", (Span("gone", strike=True),)),
        ("&amp;lt; &lt;b&gt;", (Span("&lt; <b>"),)),
        ("<https://a.org/?b=1&amp;c|A &amp; B>", (Span("A & B", link="https://a.org/?b=1&c"),)),
        ("<https://a.org>", (Span("https://a.org", link="https://a.org"),)),
        ("https://a.org", (Span("https://a.org", link="https://a.org"),)),
        ("<mailto:a@b.org>", (Span("a@b.org", link="mailto:a@b.org"),)),
        ("<@U1>", (Span("@ana", kind="mention"),)),
        ("<#C1|old>", (Span("#general", kind="mention"),)),
        ("<!channel>", (Span("@channel", kind="mention"),)),
        ("<!subteam^S1|@staff>", (Span("@staff", kind="mention"),)),
        ("<!date^1^{date}|1 January>", (Span("1 January"),)),
        ("&lt;!channel&gt;", (Span("<!channel>"),)),
        (":eyes: :unheard-of: 10:30:45", (Span("👀 :unheard-of: 10:30:45"),)),
    ],
)
def test_markup_of_slack(written: str, read: tuple[Span, ...]) -> None:
    """Bold, italic, code, links, mentions, entities; signs that stand within words are signs."""
    assert BLOCKS.parts([section(written)]) == (Paragraph(read),)


def test_quotes_and_preformatted_text_in_markup() -> None:
    """Lines that begin with a greater-than sign, even an escaped one, are quoted; fences hold text as it is."""
    parts = BLOCKS.parts([section("a\n> b\n&gt; *c*\n```*d*\n&lt;```")])
    b = Quote((Paragraph((Span("b\n"), Span("c", bold=True))),))
    assert parts == (Paragraph((Span("a"),)), b, Preformatted("*d*\n<"))


def markdown(text: str) -> tuple[Part, ...]:
    return BLOCKS.parts([{"type": "markdown", "text": text}])


def words_of(parts: tuple[Part, ...]) -> tuple[Span, ...]:
    """The words of the only paragraph; neighbours that look alike are one."""
    ((paragraph),) = parts
    assert isinstance(paragraph, Paragraph)
    joined: list[Span] = []
    for span in paragraph.words:
        if joined and joined[-1] == Span(joined[-1].text) and span == Span(span.text):
            span = Span(joined.pop().text + span.text)
        joined.append(span)
    return tuple(joined)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**bold** *slanted* ~~gone~~", ("bold", "slanted", "gone")),
        (r"\*not bold\* \[no](link) \<!channel>", ("*not bold* [no](link) <!channel>",)),
        ("&lt;!channel&gt; &amp;amp; &#42;", ("<!channel> &amp; *",)),
        ("<b>HTML</b>", ("<b>HTML</b>",)),
        (r"\:eyes: :eyes:", (":eyes: 👀",)),
    ],
)
def test_words_of_markdown(written: str, read: tuple[str, ...]) -> None:
    """Standard Markdown; what is escaped and what is HTML is text."""
    assert tuple(span.text for span in words_of(markdown(written)) if span.text.strip()) == read


def test_a_mention_that_is_not_escaped_in_markdown_is_seen_as_one() -> None:
    """Slack may notify everybody, so the preview does not hide it."""
    assert words_of(markdown("<!channel>")) == (Span("@channel", kind="mention"),)


@pytest.mark.parametrize(
    ("written", "link"),
    [
        ("[a](https://a.org/b)", "https://a.org/b"),
        ("<https://a.org/b>", "https://a.org/b"),
        ("https://a.org/b", "https://a.org/b"),
        ("![a](https://a.org/b)", "https://a.org/b"),
        ("[a](javascript:alert)", None),
    ],
)
def test_links_of_markdown(written: str, link: str | None) -> None:
    """An image is a link; nothing that is no address becomes one."""
    assert words_of(markdown(written))[0].link == link


def test_markdown_in_a_terminal() -> None:
    """Headings, lists within lists, quotes, code, tables."""
    written = (
        "# Head\n\nA\nB\n\nC\n\n- one\n  - two\n\n3. three\n\n> quoted\n\n```\n<code>\n```\n\n|a|b|\n|-|-|\n|1|2|\n"
    )
    assert shown({"type": "markdown", "text": written}) == (
        "Head\nA\nB\n\nC\n• one\n  ◦ two\n3. three\n│ quoted\n┊ <code>\n"
        "┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ 1 │ 2 │\n└───┴───┘"
    )


@given(HOSTILE)
def test_rich_text_is_never_read_as_markup(text: str) -> None:
    """Neither mentions nor styles nor entities."""
    block = rich_text(rich("rich_text_section", text), rich("rich_text_preformatted", text))
    assert BLOCKS.parts([block]) == (Paragraph((Span(text),)), Preformatted(text))


def test_rich_text_in_a_terminal() -> None:
    """Sections, quotes, preformatted text, numbered and nested lists."""
    first = rich("rich_text_list", style="ordered", offset=1) | {"elements": [rich("rich_text_section", "two")]}
    nested = rich("rich_text_list", style="bullet", indent=1) | {"elements": [rich("rich_text_section", "in")]}
    quote, code = rich("rich_text_quote", "q\nr"), rich("rich_text_preformatted", "c\n  d")
    assert shown(rich_text(rich("rich_text_section", "s"), quote, first, nested, code)) == (
        "s\n│ q\n│ r\n2. two\n  ◦ in\n┊ c\n┊   d"
    )


def test_elements_of_rich_text() -> None:
    """Links, people, channels, emoji and everybody."""
    elements = [
        {"type": "link", "url": "https://a.org", "text": "A", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "eyes"},
    ]
    assert BLOCKS.parts([rich_text({"type": "rich_text_section", "elements": elements})]) == (
        Paragraph(
            (
                Span("A", bold=True, link="https://a.org"),
                Span("@ana", kind="mention"),
                Span("#general", kind="mention"),
                Span("@here", kind="mention"),
                Span("👀", kind="emoji"),
            )
        ),
    )


# Blocks in a terminal


@pytest.mark.parametrize(
    ("block", "seen"),
    [
        ({"type": "header", "text": plain_text("*Head*")}, "*Head*"),
        ({"type": "context", "elements": [mrkdwn("*a*"), plain_text("b")]}, "a  b"),
        ({"type": "image", "image_url": "https://a.org/b.png", "alt_text": "a chart"}, "[image: a chart]"),
        ({"type": "alert", "level": "warning", "text": mrkdwn("_Mind_ it")}, "┃ Mind it"),
        ({"type": "section", "fields": [mrkdwn("a"), mrkdwn("b"), mrkdwn("c")]}, "a   b\nc"),
        ({"type": "card", "title": "*T*", "subtitle": "S", "body": mrkdwn("B")}, "┃ T\n┃ S\n┃ B"),
        ({"type": "container", "title": plain_text("T"), "child_blocks": [section("B")]}, "┃ T\n┃ B"),
        (
            {"type": "plan", "title": "P", "tasks": [{"type": "task_card", "title": "T", "status": "complete"}]},
            "P\n✓ T",
        ),
        ({"type": "unheard_of"}, "[a block of the kind unheard_of]"),
        (actions(button("A"), button("B", url="https://a.org")), "[1 A]  [2 B ↗]"),
        (actions(FEEDBACK, kind="context_actions"), "[1 👍]  [2 👎]"),
        (section("text", accessory=button("A")), "text\n[1 A]"),
        (field({"type": "plain_text_input"}, hint=plain_text("H"), optional=True), "Question (optional)\n[1 ✎]\nH"),
        (field({"type": "plain_text_input", "initial_value": "typed"}), "Question\n[1 ✎ typed]"),
    ],
)
def test_a_block_in_a_terminal(block: dict[str, Any], seen: str) -> None:
    """Each kind of block has its picture; what can be pressed has a number; an unknown kind is named."""
    assert shown(block) == seen


def test_a_divider_crosses_the_terminal() -> None:
    """From one side to the other."""
    assert shown({"type": "divider"}, width=20) == "─" * 20


def test_a_table_in_a_terminal() -> None:
    """Raw texts, numbers and rich text in cells."""
    cells = [{"type": "raw_text", "text": "a"}, rich_text(rich("rich_text_section", "b"))]
    assert shown({"type": "table", "rows": [cells]}) == "┌───┬───┐\n│ a │ b │\n└───┴───┘"


@pytest.mark.parametrize(
    ("element", "seen"),
    [
        ({"type": "radio_buttons", "initial_option": option("B", "b")}, "[1 ○ A]  [2 ● B]"),
        ({"type": "checkboxes", "initial_options": [option("A", "a")]}, "[1 ☑ A]  [2 ☐ B]"),
        ({"type": "static_select", "placeholder": plain_text("Which")}, "Which:  [1 ▾ A]  [2 ▾ B]"),
        ({"type": "overflow"}, "…:  [1 ▾ A]  [2 ▾ B]"),
    ],
)
def test_options_in_a_terminal(element: dict[str, Any], seen: str) -> None:
    """Every option can be chosen by its number, and shows whether it is chosen."""
    assert shown(actions(element | {"options": [option("A", "a"), option("B", "b")]})) == seen


def test_what_is_chosen_and_typed_is_shown() -> None:
    """The state of a view wins over what it began with."""
    radio = {"type": "radio_buttons", "action_id": "r", "options": [option("A", "a"), option("B", "b")]}
    text = {"type": "plain_text_input", "action_id": "t", "initial_value": "old"}
    view = modal(field(radio), field(text))
    view.state = {"b": {"r": {"selected_option": option("B", "b")}, "t": {"value": "new"}}}
    seen = printed(TerminalPreview(ENTRIES, Presses()).view(view))
    assert "[1 ○ A]  [2 ● B]" in seen
    assert "✎ new" in seen


def test_a_number_stands_for_what_is_pressed() -> None:
    """It leads to the message, and to the action with its value."""
    presses = Presses()
    shown(actions(button("A", value="x")), actions(FEEDBACK), presses=presses)
    found = [press.action for number in (1, 2, 3) if (press := presses.numbered(number))]
    assert [(one.action_id, one.block_id, one.value) for one in found if one] == [
        ("press", "b", "x"),
        ("vote", "b", "1:up"),
        ("vote", "b", "1:down"),
    ]
    assert presses.numbered(0) is presses.numbered(4) is None


@given(HOSTILE)
def test_nothing_in_a_block_steers_a_terminal(text: str) -> None:
    """Escape sequences and turned writing are pictures of themselves, wherever they stand."""
    blocks = [
        section(
            text, accessory=button(text, url=f"https://a.org/{text}"), fields=[mrkdwn(f"<https://a.org/{text}|{text}>")]
        ),
        rich_text(rich("rich_text_quote", text), rich("rich_text_preformatted", text)),
        {"type": "markdown", "text": f"{text}\n\n[{text}](https://a.org/{text})"},
        {"type": "header", "text": plain_text(text)},
        {"type": "context", "elements": [mrkdwn(text)]},
        {"type": text},
    ]
    assert not STEERING.search(shown(*blocks))


# Messages and views in a terminal


def test_a_message_in_a_terminal() -> None:
    """Who, when, what, and who reacted how; an app is marked as one."""
    preview = TerminalPreview(ENTRIES, Presses())
    asked = message(text="<@UBOT> why?", reactions={"eyes": ["UBOT"], "x": []}, edited={"user": "U1", "ts": "1"})
    replied = answer(text="*Because*", ephemeral_to="U1")
    assert printed(preview.message(asked), preview.message(replied)) == (
        "ana  10:00 (edited)\n@footnote why?\n👀 1\n\n  Only visible to you\n  Footnote APP  10:01\n  Because\n\n"
    )


def test_blocks_stand_in_place_of_the_text() -> None:
    """The text is for notifications then, except where it was written as Markdown before the blocks were added."""
    preview = TerminalPreview(ENTRIES, Presses())
    assert "fallback" not in printed(preview.message(answer(text="fallback", blocks=[section("block")])))
    both = printed(preview.message(answer(text="**text**", markdown=True, blocks=[section("block")])))
    assert "  text\n\n  block\n" in both


def test_a_message_that_is_being_written() -> None:
    """Its steps, its text so far, and that more follows."""
    tasks = {"1": {"title": "Searching", "status": "in_progress", "details": "12 *documents*"}}
    written = answer(text="So far", markdown=True, streaming=True, plan="Plan", tasks=tasks)
    seen = printed(TerminalPreview(ENTRIES, Presses()).message(written))
    assert seen == "  Footnote APP  10:01\n  Plan\n  ◐ Searching\n    12 documents\n  So far\n  …\n\n"


def test_a_modal_in_a_terminal() -> None:
    """Its title, its blocks, and buttons to send and to close it."""
    presses = Presses()
    view = modal(section("text"), submit=plain_text("Go"), close=plain_text("Back"))
    seen = printed(TerminalPreview(ENTRIES, presses).view(view), width=30)
    assert "─ Ask ─" in seen
    assert "[1 Go]  [/close Back]" in seen
    press = presses.numbered(1)
    assert press
    assert press.source is view
    assert press.target == SubmitView("Go")


def test_suggestions_in_a_terminal() -> None:
    """Each has a number that stands for its message."""
    presses = Presses()
    prompt = SuggestedPrompt("Why", "Why is that?")
    assert printed(TerminalPreview(ENTRIES, presses).prompts("Ask", [prompt])) == "Ask\n[1 Why]\n\n"
    press = presses.numbered(1)
    assert press
    assert press.target == prompt


def test_a_status_names_the_app() -> None:
    """As Slack does before the words that the app gives."""
    assert printed(TerminalPreview(ENTRIES, Presses()).status("is searching…")) == "Footnote is searching…\n"


# What the app really shows

PHRASES = SlackPhrases.load(shipped_folder("prompts"))
QUOTE = "Godfrey Otunge commands the mission."
CITATION = Citation(1, "a/briefing.md", "A briefing", QUOTE, 10, 46, 3, "0" * 64, "/documents/a", 0.9)
ANSWER = Answer(
    id="a" * 32,
    conversation_id="2",
    question="Who commands the mission?",
    standalone_question="Who commands the mission?",
    answered=True,
    sentences=(Sentence(QUOTE, (1,)),),
    answer=f"{QUOTE} [1]",
    confidence=0.9,
    writer="extractive",
    citations=(CITATION,),
    closest=(),
    took_ms=Timings(1, 2, 3, 4),
)


def test_an_answer_of_the_app() -> None:
    """The answer, its sources with what opens them, and the thumbs."""
    (said,) = answer_messages(ANSWER, PHRASES, base_url="http://127.0.0.1")
    seen = printed(TerminalPreview(ENTRIES, Presses()).message(answer(text=said.text, blocks=said.blocks)))
    assert f"  {QUOTE} [1]\n" in seen
    assert f"  [1] A briefing, p. 3 — a/briefing.md\n  │ {QUOTE}\n" in seen
    assert f"  [1 {PHRASES.show_passage}]  [2 {PHRASES.open_in_browser} ↗]\n" in seen
    assert "  [3 👍]  [4 👎]\n" in seen


@pytest.mark.parametrize(
    "payload",
    [
        question_view(PHRASES, channel="C1", thread="1.2"),
        reason_view(PHRASES, "a" * 32),
        loading_view(PHRASES),
        home_view(HomeOverview(1, 2, ("A title",), datetime(2026, 1, 1, tzinfo=UTC), ("Why?",)), PHRASES),
    ],
    ids=["question", "reason", "loading", "home"],
)
def test_the_views_of_the_app(payload: dict[str, Any]) -> None:
    """No block of theirs is unknown, in a terminal or on a page."""
    view = View("V1", "T1", "U1", payload, "h")
    assert "a block of the kind" not in printed(TerminalPreview(ENTRIES, Presses()).view(view))
    assert page(views=(view,)).xpath("//*[@class='unknown']") == []


# The page


def test_a_page_needs_nothing_and_does_nothing() -> None:
    """No scripts, no images, no fonts, no stylesheets from elsewhere."""
    image = {"type": "image", "image_url": "https://a.org/b.png", "alt_text": "chart"}
    root = page(message(text="x"), answer(blocks=[image, section("y", accessory=image)]))
    assert root.xpath("//script | //img | //link | //iframe | //object | //form | //@onclick | //@src") == []
    assert "url(" not in root.xpath("string(//style)")
    assert "default-src 'none'" in root.xpath("string(//meta[@http-equiv]/@content)")


def test_each_thread_has_a_pane() -> None:
    """With how many replies there are; messages without any share one; statuses stand where they belong."""
    other = message("36120.000003", text="b")
    root = page(message(text="a"), other, answer(text="c"), statuses={("C1", "36000.000001"): "is searching…"})
    assert text_at(root, "//section/header") == ["Thread#general", "Messages#general"]
    assert text_at(root, "//section[1]//*[@class='content']") == ["a", "c"]
    assert text_at(root, "//*[@class='replies']") == ["1 reply"]
    assert text_at(root, "//section[1]/p[@class='status']") == ["Footnote is searching…"]


def test_a_message_on_a_page() -> None:
    """Who, when, what, reactions, and whether only one person sees it."""
    root = page(message(text="*a*", reactions={"eyes": ["UBOT"]}), answer(text="b", ephemeral_to="U1"))
    assert text_at(root, "//b") == ["ana", "Footnote"]
    assert text_at(root, "//time") == ["10:00", "10:01"]
    assert text_at(root, "//strong") == ["a"]
    assert text_at(root, "//*[@class='reaction']") == ["👀 1"]
    assert text_at(root, "//*[@class='message ephemeral']/*[@class='only']") == ["👁 Only visible to you"]


def test_a_view_on_a_page() -> None:
    """Title, what can be typed and chosen, and the buttons of a modal; a Home tab has none."""
    radio = {"type": "radio_buttons", "options": [option("A", "a")], "initial_option": option("A", "a")}
    view = modal(
        field({"type": "plain_text_input", "placeholder": plain_text("?")}), field(radio), submit=plain_text("Go")
    )
    home = View("V2", "T1", "U1", {"type": "home", "blocks": [section("hello")]}, "h")
    root = page(views=(view, home))
    assert text_at(root, "//header") == ["Ask", "Home"]
    assert text_at(root, "//*[@class='box line empty']") == ["?"]
    assert text_at(root, "//*[@class='options']/p") == ["● A "]
    assert text_at(root, "//footer/span") == ["Close", "Go"]


@given(HOSTILE)
def test_text_stays_text_on_a_page(text: str) -> None:
    """Whatever it holds, a reader of the HTML gets the same characters, those that steer as pictures."""
    blocks = [rich_text(rich("rich_text_section", f"a{text}b")), actions(button(f"a{text}b"))]
    root = html.fragment_fromstring(str(parts_html(BLOCKS.parts(blocks))), create_parent=True)
    words, label = root.xpath("./p")[0].text_content(), root.xpath(".//span[contains(@class, 'button')]")[0]
    assert words == inert(f"a{text}b")
    assert label.text_content() == inert(with_emoji(f"a{text}b"))


@given(HOSTILE)
def test_no_markup_makes_an_element_that_the_preview_does_not_draw(text: str) -> None:
    """And no link that leads anywhere but into the web or to mail."""
    blocks = [
        section(text, fields=[mrkdwn(text)]),
        {"type": "markdown", "text": text},
        {"type": "header", "text": plain_text(text)},
    ]
    root = html.fragment_fromstring(str(parts_html(BLOCKS.parts(blocks))), create_parent=True)
    drawn = {"div", "p", "a", "span", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "hr"}
    assert {element.tag for element in root.iter()} <= drawn | {"table", "tr", "th", "td"}
    assert all(re.match("https?://|mailto:", link, re.IGNORECASE) for link in root.xpath("//@href"))
