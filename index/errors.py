"""Everything that can go wrong in the index, as one tree; every message is one line that may be shown to people.

IndexProblem
├── SettingsInvalid      a setting is unknown, misspelt or out of range
├── UnreadableDocument   one file cannot become a document; the others continue
├── IndexBusy            another process owns the index
├── IndexDamaged         the catalog cannot be opened or is of a newer version
└── EmbeddingFailed      the embedding model is missing, broken or gave nonsense
"""


class IndexProblem(Exception):
    """The root: catch this to catch whatever the index raises on purpose."""


class SettingsInvalid(IndexProblem):
    """A setting is unknown, misspelt or out of range."""


class UnreadableDocument(IndexProblem):
    """One file cannot become a document; the message is the reason, in words."""


class IndexBusy(IndexProblem):
    """Another process owns the index; the message names it."""


class IndexDamaged(IndexProblem):
    """The catalog cannot be opened, is no catalog, or was written by a newer version."""


class EmbeddingFailed(IndexProblem):
    """The embedding model is missing, broken or gave nonsense."""
