"""Everything that can go wrong in the index, as one tree; every message is one line, fit to be shown.

IndexProblem             also by itself: the disk is full, a folder cannot be written
├── SettingsInvalid      a setting is unknown, misspelt or out of range
├── DocumentsMissing     the documents folder is not there or may not be listed
├── UnreadableDocument   one file cannot become a document; the others continue
├── PageMissing          the file has no page of that number
├── IndexMissing         nothing has been indexed yet
├── IndexBusy            another process owns the index
├── IndexDamaged         the catalog cannot be opened or is of a newer version
│   └── VectorsDamaged   the vector store is no use any more; the next sync makes a new one
├── EmbeddingFailed      the embedding model is missing, broken or gave nonsense
├── NameRefused          no file of the documents folder may have that name
├── RowRefused           that is a row of a file: it comes and goes with its file
├── FileTooLarge         more than FOOTNOTE_MAX_FILE_MB allows
├── FileMissing          there is no file of that name in the documents folder
├── FolderReadOnly       the documents folder cannot be written
└── DiskFull             nothing more can be written
"""


class IndexProblem(Exception):
    """The root: catch this to catch whatever the index raises on purpose."""


class SettingsInvalid(IndexProblem):
    """A setting is unknown, misspelt or out of range."""


class DocumentsMissing(IndexProblem):
    """The documents folder is not there, or may not be listed; nothing of the index is touched."""


class UnreadableDocument(IndexProblem):
    """One file cannot become a document; the message is the reason, in words."""


class PageMissing(IndexProblem):
    """The file has no page of that number; the message says how many it has."""


class IndexMissing(IndexProblem):
    """There is no index yet: nothing has been written where the settings say."""


class IndexBusy(IndexProblem):
    """Another process owns the index; the message names it."""


class IndexDamaged(IndexProblem):
    """The catalog cannot be opened, is no catalog, or was written by a newer version."""


class VectorsDamaged(IndexDamaged):
    """The vector store is no use any more; a new one has to be made from the catalog."""


class EmbeddingFailed(IndexProblem):
    """The embedding model is missing, broken or gave nonsense."""


class NameRefused(IndexProblem):
    """No file of the documents folder may have that name, or something else there has it."""


class RowRefused(IndexProblem):
    """That is a row of a file, which cannot be put or removed without the file."""


class FileTooLarge(IndexProblem):
    """The file is larger than the settings allow."""


class FileMissing(IndexProblem):
    """There is no file of that name in the documents folder."""


class FolderReadOnly(IndexProblem):
    """The documents folder cannot be written by us, or is no folder."""


class DiskFull(IndexProblem):
    """There is no room for what was to be written; what was there before is as it was."""
