"""Tables in Markdown."""

from collections.abc import Sequence


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose first row is the header, of cells of one line; empty rows are left out."""
    rows = [row for row in rows if any(row)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    if len(lines) > 1:
        lines.insert(1, f"|{' --- |' * len(rows[0])}")
    return "\n".join(lines)
