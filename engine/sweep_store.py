"""The store of a sweep: a line for every finished part, so that a kill loses nothing finished.

The first line is the sweep itself; then comes a line per part, in the order in which they ended.
Every line is the CRC-32 of its JSON text, a blank, and that text. Lines are only ever appended,
and each is on the disk before the next part is counted as done. A last line that is not whole was
under way when the program died, and is cut off; of any other whose check does not fit, the part is
trained again.
"""

import contextlib
import hashlib
import logging
import os
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Self

import engine
from engine.errors import EngineError
from engine.project import FileError, writable
from engine.sweep import Part, RunResult, Sweep
from engine.values import Value

FORMAT: Literal[1] = 1
LOCKED_BYTE = 2**40  # past the end of any store: what Windows locks, nobody can read

_log = logging.getLogger(__name__)

Done = tuple[Part, tuple[RunResult, ...]]


class _Header(Value):
    format: Literal[1] = FORMAT
    engine: str
    """The version that trained its parts: another may come to other numbers."""
    fingerprint: str
    sweep: Sweep


class _Line(Value):
    part: int
    results: tuple[RunResult, ...]


class Store:
    """A store that is written to, by one program at a time; a context manager.

    On entering, the file is made if need be, locked, read, and a torn last line cut off. Raises
    EngineError for a file that is in use, begins with damage, or holds anything but this sweep.
    """

    def __init__(self, path: Path, sweep: Sweep, parts: Sequence[Part]) -> None:
        self.path = path
        self.done: tuple[Done, ...] = ()
        """What it held when it was opened."""
        self._sweep = sweep
        self._parts = parts
        self._file: BinaryIO | None = None

    def append(self, part: Part, results: tuple[RunResult, ...]) -> None:
        """Write a finished part; it is on the disk when this returns. Raises FileError."""
        assert self._file is not None, "not entered"
        self._write(_Line(part=part.number, results=results), self._file)

    def __enter__(self) -> Self:
        writable(self.path)
        file = self._file = _opened(self.path)
        try:
            _lock(file, self.path)
            content = file.read()
            header = _line_bytes(_header(self._sweep))
            if len(content) < len(header) and header.startswith(content):
                whole = 0
            else:
                self.done, whole, lost = _read(self.path, content, self._sweep, self._parts)
                if lost and len(self.done) < len(self._parts):
                    numbers = ", ".join(map(str, lost))
                    _log.warning("%s: damaged, so trained again: line %s", self.path, numbers)
            file.truncate(whole)
            if not whole:
                self._write(_header(self._sweep), file)
        except BaseException:
            file.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # of a line that could not be written: it was told
                self._file.close()

    def _write(self, value: Value, file: BinaryIO) -> None:
        try:
            file.write(_line_bytes(value))
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            raise FileError(f"{self.path}: cannot be written ({error.strerror})") from error


def stored_parts(path: Path, sweep: Sweep, parts: Sequence[Part]) -> tuple[Done, ...]:
    """The parts of this sweep that a store holds; nothing is changed.

    Raises EngineError for a store that begins with damage, or another sweep's.
    """
    content = _content(path)
    if _line_bytes(_header(sweep)).startswith(content):
        return ()
    return _read(path, content, sweep, parts)[0]


def read_sweep(path: Path) -> Sweep:
    """The sweep that a store is of. Raises EngineError where there is none."""
    return _read_header(path, _content(path).split(b"\n", 1)[0]).sweep


def fingerprint(sweep: Sweep) -> str:
    """What tells this sweep from every other: the SHA-256 of its JSON text."""
    return hashlib.sha256(sweep.model_dump_json().encode()).hexdigest()


def _header(sweep: Sweep) -> _Header:
    return _Header(engine=engine.__version__, fingerprint=fingerprint(sweep), sweep=sweep)


def _read(
    path: Path, content: bytes, sweep: Sweep, parts: Sequence[Part]
) -> tuple[tuple[Done, ...], int, list[int]]:
    """The parts in a store's bytes, how many of the bytes are whole lines, and damaged lines."""
    first, *lines = content.split(b"\n")
    _refuse_another(path, _read_header(path, first), sweep)
    found: dict[int, Done] = {}
    damaged = []
    whole = len(first) + 1
    torn = lines.pop()  # what stands behind the last newline: nothing, or a line under way
    for number, line in enumerate(lines, start=2):
        text = _checked(line)
        if text is None and number == len(lines) + 1 and not torn:
            break
        whole += len(line) + 1
        if text is None:
            damaged.append(number)
            continue
        try:
            part, results = _read_line(text, parts)
            if part.number in found:
                raise ValueError(f"part {part.number} stands there twice")
        except ValueError as error:
            refusal = f"{path}: line {number} is of another sweep ({error})"
            raise EngineError(f"{refusal}; remove the file to train everything again") from error
        found[part.number] = part, results
    return tuple(found.values()), whole, damaged


def _read_header(path: Path, line: bytes) -> _Header:
    try:
        return _Header.model_validate_json(_checked(line) or b"")
    except ValueError as error:
        text = f"{path}: is not the store of a sweep, or its first line is damaged"
        raise EngineError(f"{text}; remove the file, or name another one") from error


def _refuse_another(path: Path, header: _Header, sweep: Sweep) -> None:
    advice = "remove the file to begin anew, or name another one"
    if header.fingerprint != fingerprint(sweep):
        text = f"{path}: holds another sweep, of {header.sweep.base.name!r}"
        raise EngineError(f"{text}; start that one again to finish it, {advice}")
    if header.engine != engine.__version__:
        text = f"{path}: was begun with Frostline {header.engine}; this one is {engine.__version__}"
        raise EngineError(f"{text} and may come to other numbers; {advice}")


def _read_line(text: bytes, parts: Sequence[Part]) -> Done:
    """A finished part. Raises ValueError for anything else, and for one of another division."""
    read = _Line.model_validate_json(text)
    if not 0 <= read.part < len(parts):
        raise ValueError(f"there is no part {read.part}")
    part = parts[read.part]
    if tuple((each.cell, each.variant, each.seed) for each in read.results) != part.members:
        raise ValueError(f"part {read.part} has other runs")
    return part, read.results


def _checked(line: bytes) -> bytes | None:
    """The JSON text of a line; None where its check does not fit."""
    check, _, text = line.partition(b" ")
    return text if check == _check(text) else None


def _line_bytes(value: Value) -> bytes:
    text = value.model_dump_json().encode()
    return _check(text) + b" " + text + b"\n"


def _check(text: bytes) -> bytes:
    return f"{zlib.crc32(text):08x}".encode()


def _content(path: Path) -> bytes:
    writable(path)
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror})") from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("a+b")
    except OSError as error:
        raise FileError(f"{path}: cannot be written ({error.strerror})") from error


def _lock(file: BinaryIO, path: Path) -> None:
    """Keep other programs from writing to it; the system unlocks it however this one ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(LOCKED_BYTE)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:
        raise EngineError(f"{path}: another program is training this sweep") from error
    except OSError as error:
        text = f"{path}: cannot be kept from other programs ({error.strerror})"
        raise FileError(text) from error
    file.seek(0)
