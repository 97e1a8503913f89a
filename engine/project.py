"""Files: an experiment saved so that a crash leaves the old file or the new one, never half."""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from engine.errors import EngineError
from engine.experiment import Experiment, parse_experiment

MAX_BYTES = 50_000_000


class FileError(EngineError):
    """A file that cannot be read or written, with its path and what can be done."""


def open_project(path: Path) -> Experiment:
    """Read an experiment from a JSON file.

    Raises FileError if it cannot be read, ExperimentError (every problem listed) if it is not
    a valid experiment.
    """
    return parse_experiment(read_text(path), path.name)


def save_project(path: Path, experiment: Experiment) -> None:
    """Write an experiment to a JSON file, all or nothing. Raises FileError."""
    write_text(path, experiment.to_json())


def read_text(path: Path) -> str:
    """The text of a regular file of at most 50 MB. Raises FileError."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise FileError(f"{path}: is not a regular file; choose a JSON file")
        if status.st_size > MAX_BYTES:
            megabytes = status.st_size / 1e6
            raise FileError(f"{path}: has {megabytes:.0f} MB; at most 50 MB are read")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def write_text(path: Path, text: str) -> None:
    """Replace a file's text atomically: a temporary file beside it, synced, then renamed.

    Raises FileError; the old file is untouched then and no temporary file is left.
    """
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}.",
            suffix=".tmp", delete=False,
        ) as file:  # fmt: skip
            temporary = file.name
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_for(path))
        os.replace(temporary, path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        raise FileError(f"{path}: cannot be written ({error.strerror})") from error


def writable(path: Path) -> None:
    """Ask early, before long work, whether a file could be written here. Raises FileError."""
    if path.is_dir():
        raise FileError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise FileError(f"{path}: the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise FileError(f"{path}: the folder {path.parent} cannot be written to")


def _mode_for(path: Path) -> int:
    """The old file's permissions, or what a plainly created file would get."""
    with contextlib.suppress(OSError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can (not on Windows)."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
