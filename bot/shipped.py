"""Where the folders that ship with the program are: in the installed package, or beside it in a checkout."""

from pathlib import Path


def shipped_folder(name: str) -> Path:
    """The folder `name` (`seeds` or `prompts`) that came with this program."""
    installed = Path(__file__).with_name(name)
    return installed if installed.is_dir() else Path(__file__).parents[1] / name
