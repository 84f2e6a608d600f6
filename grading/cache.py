"""The cache folder: files that can be made again, each written whole or not at all."""

import os
import tempfile
from pathlib import Path
from typing import Final

CACHE_VARIABLE: Final = "FERROTRACE_CACHE"
DEFAULT_FOLDER: Final = Path("var") / "cache"


def cache_folder() -> Path:
    """Return the folder of ``FERROTRACE_CACHE``, else ``var/cache`` under the working directory."""
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named) if named else DEFAULT_FOLDER


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader sees all of it or the file before.

    The bytes go to a file beside it, to the disk, and then into place in one step; two processes
    that write the same path at once leave one of the two contents.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
