"""Whether a prompt's file uses its placeholders rightly: one that is misspelt would be an empty text without a word."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes

UNDERSTOOD = "only {{ placeholders }}, for, if and chat are understood here"
_LOOP = frozenset(("index", "first", "last", "length"))
_CONDITIONS = (nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const)


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What a prompt may show: plain `texts`, and `lists` by the names of the texts that each entry has.

    `required` must all be shown; an entry's text is written `passages.text`.
    """

    texts: frozenset[str]
    lists: Mapping[str, frozenset[str]]
    required: frozenset[str]

    def check(self, template: nodes.Template) -> None:
        """Raises TemplateSyntaxError with the line and what is wrong in it."""
        reading = _Reading(self)
        roles = {reading.chat(node) for node in template.body if not _is_blank(node)}
        if "user" not in roles:
            raise TemplateSyntaxError('there is no {% chat role="user" %} … {% endchat %}', 1)
        missing = sorted(self.required - reading.shown)
        if missing:
            raise TemplateSyntaxError(f"nothing shows {missing[0]}", 1)


Entry = tuple[str, frozenset[str]]  # the list that it is of, and the names of its texts


@dataclass(slots=True)
class _Reading:
    """One walk through a template; `shown` collects what it shows."""

    placeholders: Placeholders
    shown: set[str] = field(default_factory=set)

    def chat(self, node: nodes.Node) -> str:
        if not isinstance(node, nodes.CallBlock):
            raise TemplateSyntaxError("this stands outside of {% chat … %} … {% endchat %}", _line(node))
        role = node.call.args[1]
        if not isinstance(role, nodes.Const) or role.value not in ("system", "user"):
            raise TemplateSyntaxError('the role of a chat must be "system" or "user"', node.lineno)
        self._statements(node.body, {})
        return str(role.value)

    def _statements(self, body: Iterable[nodes.Node], entries: Mapping[str, Entry]) -> None:
        for node in body:
            self._statement(node, entries)

    def _statement(self, node: nodes.Node, entries: Mapping[str, Entry]) -> None:
        if isinstance(node, nodes.Output):
            for part in node.nodes:
                self._shown(part, entries)
        elif isinstance(node, nodes.If):
            self._condition(node.test, entries)
            self._statements((*node.body, *node.elif_, *node.else_), entries)
        elif isinstance(node, nodes.For) and not node.test and not node.recursive:
            self._statements(node.body, {**entries, **self._entry(node)})
            self._statements(node.else_, entries)
        else:
            raise TemplateSyntaxError(UNDERSTOOD, node.lineno)

    def _entry(self, node: nodes.For) -> dict[str, Entry]:
        if not isinstance(node.iter, nodes.Name) or not isinstance(node.target, nodes.Name):
            raise TemplateSyntaxError(UNDERSTOOD, node.lineno)
        lists = self.placeholders.lists
        if node.iter.name not in lists:
            raise _unknown(node.iter.name, lists, node.lineno)
        return {node.target.name: (node.iter.name, lists[node.iter.name]), "loop": ("loop", _LOOP)}

    def _condition(self, node: nodes.Node, entries: Mapping[str, Entry]) -> None:
        if isinstance(node, nodes.Name) and node.name in self.placeholders.lists:
            return
        if not isinstance(node, _CONDITIONS):
            self._text(node, entries)
        for part in node.iter_child_nodes() if isinstance(node, _CONDITIONS) else ():
            self._condition(part, entries)

    def _shown(self, node: nodes.Node, entries: Mapping[str, Entry]) -> None:
        if not isinstance(node, nodes.TemplateData):
            self.shown.add(self._text(node, entries))

    def _text(self, node: nodes.Node, entries: Mapping[str, Entry]) -> str:
        """The name of the text that is meant."""
        if isinstance(node, nodes.Name) and node.name not in entries:
            if node.name not in self.placeholders.texts:
                raise _unknown(node.name, self.placeholders.texts, node.lineno)
            return node.name
        if not isinstance(node, nodes.Getattr) or not isinstance(node.node, nodes.Name):
            raise TemplateSyntaxError(UNDERSTOOD, node.lineno)
        owner = node.node.name
        if owner not in entries:
            raise _unknown(owner, entries, node.lineno)
        of_list, names = entries[owner]
        if node.attr not in names:
            raise _unknown(f"{owner}.{node.attr}", (f"{owner}.{name}" for name in names), node.lineno)
        return f"{of_list}.{node.attr}"


def _unknown(name: str, known: Iterable[str], line: int) -> TemplateSyntaxError:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(names) or 'none'}"
    return TemplateSyntaxError(f"{name} is no placeholder; {hint}", line)


def _line(node: nodes.Node) -> int:
    """Where its first words are: text begins with the line break before them."""
    first = node.nodes[0] if isinstance(node, nodes.Output) else None
    data = first.data if isinstance(first, nodes.TemplateData) else ""
    return node.lineno + data[: len(data) - len(data.lstrip())].count("\n")


def _is_blank(node: nodes.Node) -> bool:
    """Only space between the chats."""
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )
