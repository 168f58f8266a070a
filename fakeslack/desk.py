"""What a person has before them and nobody else knows of."""

from dataclasses import dataclass, field

from fakeslack.workspace import Json


@dataclass(slots=True)
class Desk:
    """`errors` are the complaints about the modal handed in last, `drafts` what is filled in, by view.

    `entities` is what they look at beside their conversation with the app.
    """

    errors: Json = field(default_factory=dict)
    drafts: dict[str, Json] = field(default_factory=dict)
    entities: list[Json] = field(default_factory=list)
