"""Files: an experiment saved so that a crash leaves the old file or the new one, never half."""

import contextlib
import os
import secrets
import stat
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
        raise FileError(f"{path}: cannot be read ({_reason(error)})") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def write_text(path: Path, text: str) -> None:
    """Replace a file's text atomically: a temporary file beside it, synced, then renamed.

    A link is followed, and the file keeps its permissions. Raises FileError; the old file is
    untouched then and no temporary file is left.
    """
    writable(path)
    target = Path(os.path.realpath(path))
    unique = f".{target.name[:40]}.{secrets.token_hex(4)}.tmp"
    temporary = target.with_name(unique)
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            temporary.chmod(stat.S_IMODE(target.stat().st_mode))
        temporary.replace(target)
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({_reason(error)})") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # it is there only if something went wrong
    _sync_folder(target.parent)


def writable(path: Path) -> None:
    """Ask early, before long work, whether a file could be written here. Raises FileError."""
    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise FileError(f"{path}: is a folder; name a file in it")
        if target.exists() and not target.is_file():
            raise FileError(f"{path}: is a device or a pipe; name a file")
        if not target.parent.is_dir():
            raise FileError(f"{path}: the folder {target.parent} does not exist")
        if not os.access(target.parent, os.W_OK):
            raise FileError(f"{path}: the folder {target.parent} cannot be written to")
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({_reason(error)})") from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system can: not on Windows, not on every disk."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):  # the file is in place: nothing failed for who asked
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
