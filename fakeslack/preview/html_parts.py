"""Parts of messages and views as HTML."""

from collections.abc import Iterable
from typing import assert_never

from markupsafe import Markup

from bot.inert import inert
from fakeslack.preview.html_words import text_html, words_html
from fakeslack.preview.links import followable
from fakeslack.preview.parts import (
    Beside,
    Box,
    Button,
    Callout,
    Choice,
    Control,
    Controls,
    Fields,
    Frame,
    Grid,
    Heading,
    Labelled,
    Listing,
    Option,
    Paragraph,
    Part,
    Parts,
    Picture,
    Preformatted,
    Quote,
    Rule,
    Small,
    Step,
    Unknown,
    Words,
)

STEPS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✗"}


def parts_html(parts: Parts) -> Markup:
    """One after the other."""
    return Markup().join(part_html(part) for part in parts)


def part_html(part: Part) -> Markup:
    """What is pressed in Slack is only drawn here: the page does nothing."""
    match part:
        case Paragraph(words):
            return Markup('<p class="text">{}</p>').format(words_html(words))
        case Heading(words):
            return Markup('<p class="heading">{}</p>').format(words_html(words))
        case Quote(parts):
            return Markup("<blockquote>{}</blockquote>").format(parts_html(parts))
        case Preformatted(text):
            return Markup("<pre>\n{}</pre>").format(text_html(text))
        case Listing():
            return _listing(part)
        case Rule():
            return Markup("<hr>")
        case Grid(rows):
            return _grid(rows)
        case Small(items):
            return Markup('<p class="small">{}</p>').format(_each("<span>{}</span>", items))
        case Fields(items):
            return Markup('<div class="fields">{}</div>').format(_each('<p class="text">{}</p>', items))
        case Picture(alt, title):
            return Markup('<p class="picture">🖼 {}</p>').format(text_html(title or alt))
        case Controls(items):
            return Markup('<div class="controls">{}</div>').format(Markup().join(map(control_html, items)))
        case Beside():
            return _beside(part)
        case Labelled():
            return _labelled(part)
        case Callout(level, words):
            return Markup('<p class="callout {}">{}</p>').format(level, words_html(words))
        case Frame():
            return _frame(part)
        case Step():
            return _step(part)
        case Unknown(kind):
            return Markup('<p class="unknown">a block of the kind {}</p>').format(text_html(kind))
    assert_never(part)


def control_html(control: Control) -> Markup:
    """Something to press, choose or type into."""
    match control:
        case Button():
            return _button(control)
        case Box():
            return _box(control)
        case Choice(look="menu"):
            return _menu(control)
        case Choice():
            options = Markup().join(_option(option, control.look) for option in control.options)
            return Markup('<div class="options">{}</div>').format(options)
    assert_never(control)


def _each(template: str, items: Iterable[Words]) -> Markup:
    return Markup().join(Markup(template).format(words_html(item)) for item in items)  # noqa: S704 # one of ours


def _listing(listing: Listing) -> Markup:
    items = Markup().join(Markup("<li>{}</li>").format(parts_html(item)) for item in listing.items)
    if listing.start is None:
        return Markup('<ul class="indent{}">{}</ul>').format(listing.indent, items)
    return Markup('<ol class="indent{}" start="{}">{}</ol>').format(listing.indent, listing.start, items)


def _grid(rows: tuple[tuple[Words, ...], ...]) -> Markup:
    cells = [_each("<th>{}</th>" if index == 0 else "<td>{}</td>", row) for index, row in enumerate(rows)]
    lines = Markup().join(Markup("<tr>{}</tr>").format(line) for line in cells)
    return Markup('<div class="wide"><table>{}</table></div>').format(lines)


def _beside(part: Beside) -> Markup:
    right = part_html(part.control) if isinstance(part.control, Picture) else control_html(part.control)
    return Markup('<div class="beside"><div>{}</div><div>{}</div></div>').format(parts_html(part.parts), right)


def _labelled(part: Labelled) -> Markup:
    optional = Markup(' <span class="small">(optional)</span>') if part.optional else ""
    hint = Markup('<p class="small">{}</p>').format(text_html(part.hint)) if part.hint else ""
    return Markup('<div class="labelled"><p class="label">{}{}</p>{}{}</div>').format(
        text_html(part.label), optional, control_html(part.control), hint
    )


def _frame(frame: Frame) -> Markup:
    title = Markup('<p class="text">{}</p>').format(words_html(frame.title)) if frame.title else ""
    subtitle = Markup('<p class="small">{}</p>').format(words_html(frame.subtitle)) if frame.subtitle else ""
    return Markup('<div class="frame">{}{}{}</div>').format(title, subtitle, parts_html(frame.parts))


def _step(step: Step) -> Markup:
    mark, title = STEPS.get(step.status, "?"), text_html(step.title)
    return Markup('<div class="step"><p>{} {}</p>{}</div>').format(mark, title, parts_html(step.parts))


def _button(button: Button) -> Markup:
    url = followable(button.url)
    if url:
        template = Markup('<a class="button {}" href="{}" rel="noopener noreferrer">{}</a>')
        return template.format(button.look, inert(url), text_html(button.label))
    return Markup('<span class="button {}">{}</span>').format(button.look, text_html(button.label))


def _box(box: Box) -> Markup:
    size, look = "lines" if box.lines else "line", "" if box.text else "empty"
    return Markup('<div class="box {} {}">{}</div>').format(size, look, text_html(box.text or box.placeholder))


def _menu(choice: Choice) -> Markup:
    """A menu that is shut shows no more than what is chosen in it."""
    chosen = ", ".join(option.label for option in choice.options if option.chosen)
    return Markup('<span class="button">{} ▾</span>').format(text_html(chosen or choice.placeholder))


def _option(option: Option, look: str) -> Markup:
    marks = {"radio": ("○", "●"), "checkbox": ("☐", "☑")}[look]
    about = Markup('<span class="small">{}</span>').format(text_html(option.description)) if option.description else ""
    return Markup("<p>{} {} {}</p>").format(marks[option.chosen], text_html(option.label), about)
