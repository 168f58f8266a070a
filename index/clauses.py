"""Cutting a sentence that is longer than a passage: at a clause, else between words, else within a word."""

import re
from collections.abc import Callable, Iterator, Sequence

from index.sections import Unit

# Some characters of a word, with what follows them; punctuation of scripts without spaces ends an atom, too.
_ATOM = r"[^\s，、；：。！？]{1,%d}[，、；：。！？]?\s*|[，、；：。！？]\s*"
_ATOM_CHARS = 16
_CLAUSE_END = re.compile(r"(?:[,;:)\]–—]\s+|[，、；：。！？]\s*)$")
_SLAB = 50_000  # characters that are measured at a time


def cut(text: str, unit: Unit, room: int, count_tokens: Callable[[Sequence[str]], list[int]]) -> Iterator[Unit]:
    """Pieces of `unit` that cost at most `room` each."""
    pattern = re.compile(_ATOM % max(1, min(_ATOM_CHARS, room - 1)))
    for start in range(unit.start, unit.end, _SLAB):
        atoms = list(pattern.finditer(text, start, min(start + _SLAB, unit.end)))
        costs = count_tokens([atom[0] for atom in atoms])
        begin = 0
        while begin < len(atoms):
            end = _piece_end(atoms, costs, begin, room)
            first, last = atoms[begin].start(), atoms[end - 1]
            stop = last.start() + len(last[0].rstrip())
            yield unit._replace(start=first, end=stop, cost=sum(costs[begin:end]), torn=first > unit.start)
            begin = end


def _piece_end(atoms: Sequence[re.Match[str]], costs: Sequence[int], begin: int, room: int) -> int:
    """How far a piece reaches that begins with an atom: to the best end in its second half."""
    end, cost = begin, 0
    while end < len(atoms) and (cost + costs[end] <= room or end == begin):
        cost += costs[end]
        end += 1
    if end == len(atoms):
        return end
    candidates = range(end, begin + (end - begin) // 2, -1)
    return max(candidates, key=lambda candidate: _rank(atoms[candidate - 1][0]), default=end)


def _rank(atom: str) -> int:
    if _CLAUSE_END.search(atom):
        return 2
    return 1 if atom[-1].isspace() else 0
