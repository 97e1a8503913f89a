"""Find or make an interpreter with Frostline's dependencies: this one, or .venv beside main.py.

Standard library only: this runs before anything is installed. The environment counts as complete
once its marker file, written last, names the wanted requirements; until then it is never used.
"""

import contextlib
import hashlib
import importlib.util
import json
import operator
import os
import queue
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from setup_progress import Progress, SetupError, condensed, explained

if sys.platform == "win32":
    import msvcrt

    def _lock_at_once(file: IO[str]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_at_once(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


SETUP_MEGABYTES = 2500
"""What must be free at the start: the downloads and what is unpacked from them, side by side."""

IMPORT_NAMES = {
    "PySide6-Essentials": "PySide6",
    "scikit-learn": "sklearn",
    "pytest-qt": "pytestqt",
    "import-linter": "importlinter",
}
"""Distributions that are not imported under their own name."""

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def requirements(root: Path, extras: Iterable[str] = ()) -> tuple[str, ...]:
    """Requirement lines of the project in root, with those of the named extras."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = list(project.get("dependencies", ()))
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return tuple(lines)


def satisfies(version: str, specifiers: str) -> bool:
    """Whether version ("2.13.0+cpu") is within specifiers (">=2.13,<2.14")."""
    for specifier in filter(None, map(str.strip, specifiers.split(","))):
        found = re.fullmatch(r"([<>=!]{1,2})\s*([\d.]+)", specifier)
        if found is None or found[1] not in COMPARISONS:
            raise ValueError(f"cannot compare versions by {specifier!r}")
        if not COMPARISONS[found[1]](_release(version), _release(found[2])):
            return False
    return True


def is_met(requirement: str) -> bool:
    """Whether this interpreter can import what the requirement line names, within its pins."""
    import importlib.metadata  # slow to import, and .venv, once complete, is not asked

    found = re.match(r"([\w.-]+)(?:\[[^]]*\])?([^;]*)", requirement)
    if found is None:
        raise ValueError(f"not a requirement: {requirement!r}")
    name, specifiers = found.groups()
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    module = IMPORT_NAMES.get(name, name.replace("-", "_"))
    return satisfies(version, specifiers) and importlib.util.find_spec(module) is not None


class Environment:
    """The virtual environment in .venv beside main.py."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / ".venv"
        self._marker = self._folder / "frostline-complete.json"
        self._scratch = self._folder / "frostline-setup"

    @property
    def folder(self) -> Path:
        """Where it is, or will be."""
        return self._folder

    @property
    def python(self) -> Path:
        """Its interpreter; on Windows without a console where this one has none (pythonw)."""
        if sys.platform != "win32":
            return self._folder / "bin" / "python"
        name = "pythonw.exe" if Path(sys.executable).stem.endswith("w") else "python.exe"
        return self._folder / "Scripts" / name

    def is_current(self) -> bool:
        """Whether this process runs in it."""
        return self._folder.is_dir() and os.path.samefile(sys.prefix, self._folder)

    def is_complete(self, wanted: Sequence[str]) -> bool:
        """Whether a set-up of the wanted requirements for this Python version has ended well."""
        try:
            completed = json.loads(self._marker.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return self.python.exists() and _fingerprint(wanted) in completed

    def set_up(self, wanted: Sequence[str], subset: Sequence[str], progress: Progress) -> None:
        """Make it complete for the wanted requirements, and so for the subset of them.

        Goes on from where an interrupted set-up stopped; waits while another process sets up.
        Raises SetupError.
        """
        try:
            self._scratch.mkdir(parents=True, exist_ok=True)
            with self._sole_owner(progress) as lock:
                if not self.is_complete(wanted):
                    self._install_all(wanted, progress, lock)
                    self._mark((subset, wanted))
        except OSError as error:
            raise SetupError(
                f"The set-up cannot write in {self._folder}: {error.strerror or error}.\n"
                "Copy Frostline to a folder of your own with enough room, or install the packages"
                " that pyproject.toml names for this Python yourself."
            ) from error

    def restart(self, script: Path, arguments: Sequence[str]) -> int:
        """Run script in it in place of this process; the exit status where that takes a child."""
        command = [str(self.python), str(script), *arguments]
        if sys.platform != "win32":  # where execv hands the console back at once
            os.execv(command[0], command)
        return subprocess.call(command)

    @contextlib.contextmanager
    def _sole_owner(self, progress: Progress) -> Iterator[IO[str]]:
        """Hold the lock of the set-up; the system releases it however its holders end."""
        with (self._folder / "frostline-setup.lock").open("w", encoding="utf-8") as lock:
            is_waiting = False
            while not _is_locked_now(lock):
                if not is_waiting:
                    progress.say("Another Frostline is setting up here; waiting for it to end")
                is_waiting = True
                _stop_if_cancelled(progress)
                time.sleep(0.3)
            yield lock

    def _install_all(self, wanted: Sequence[str], progress: Progress, lock: IO[str]) -> None:
        self._check_room()
        self._marker.unlink(missing_ok=True)
        if not self._is_healthy():
            progress.say(f"Making {self._folder}")
            self._make()
        packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(self._folder)}))
        _forget_half_installed(packages)
        self._run_pip(wanted, progress, lock)
        # python -m engine then works in it from any folder
        project = packages / "frostline.pth"
        project.write_text(f"{self._root}\n", encoding="locale", errors="replace")
        shutil.rmtree(self._scratch)

    def _check_room(self) -> None:
        wanted = SETUP_MEGABYTES - _folder_megabytes(self._folder)
        free = shutil.disk_usage(self._root).free // 1_000_000
        if free < wanted:
            raise SetupError(
                f"Setting up takes about {wanted / 1000:.1f} GB for a while, and the disk that"
                f" holds {self._root} has {free / 1000:.1f} GB free.\n"
                "Make room, then start Frostline again."
            )

    def _is_healthy(self) -> bool:
        """Whether there is a working pip of this very Python version to go on with."""
        command = [str(self.python), "-I", "-m", "pip", "--version"]
        try:
            answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
        except (OSError, subprocess.SubprocessError):
            return False
        return answer.stdout.strip().endswith(f"(python {_python_version()})")

    def _make(self) -> None:
        if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))):
            raise SetupError(
                "This Python cannot make virtual environments: it lacks ensurepip.\n"
                "On Debian or Ubuntu:\n    sudo apt install python3-venv\n"
                "then start Frostline again."
            )
        for path in self._folder.iterdir():
            if path.name.startswith("frostline-setup"):  # the lock is held, downloads are good
                continue
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        command = [sys.executable, "-I", "-m", "venv", str(self._folder)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise SetupError(explained(f"{answer.stdout}\n{answer.stderr}".splitlines(), "venv"))

    def _run_pip(self, wanted: Sequence[str], progress: Progress, lock: IO[str]) -> None:
        temporary = self._scratch / "temporary"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        variables = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))}
        variables.setdefault("PIP_CACHE_DIR", str(self._scratch / "cache"))
        variables["PIP_USER"] = "0"
        pip = [str(self.python), "-I", "-u", "-X", "utf8", "-m", "pip", "install", "--no-input"]
        pip += ["--progress-bar", "off", "--prefer-binary", "--disable-pip-version-check"]
        process = subprocess.Popen(
            [*pip, "--no-warn-script-location", *wanted],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=variables,
            # pip holds the lock too: if this process is killed, the next one waits for pip to end
            pass_fds=() if sys.platform == "win32" else (lock.fileno(),),
        )
        try:
            said = self._follow(process, progress)
        finally:
            process.terminate()
            status = process.wait()
        if status != 0:
            raise SetupError(explained(said, "pip"))

    def _follow(self, process: "subprocess.Popen[str]", progress: Progress) -> list[str]:
        """Report pip's lines and the folder's growth until pip ends; the last of its lines."""
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=_drain, args=(process.stdout, lines), daemon=True).start()
        said: deque[str] = deque(maxlen=60)
        while True:
            _stop_if_cancelled(progress)
            try:
                line = lines.get(timeout=1.0)
            except queue.Empty:
                progress.show_size(_folder_megabytes(self._folder))
                continue
            if line is None:
                process.wait()
                return list(said)
            said.append(line)
            if text := condensed(line):
                progress.say(text)

    def _mark(self, completed: Iterable[Sequence[str]]) -> None:
        if hasattr(os, "sync"):
            os.sync()  # after a power cut there must be no marker without its packages
        unfinished = self._marker.with_suffix(".tmp")
        unfinished.write_text(json.dumps([_fingerprint(wanted) for wanted in completed]))
        os.replace(unfinished, self._marker)


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version without trailing zeros: 2.13.0+cpu is (2, 13)."""
    found = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _python_version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def _fingerprint(wanted: Sequence[str]) -> str:
    return hashlib.sha256("\n".join([_python_version(), *sorted(wanted)]).encode()).hexdigest()


def _forget_half_installed(packages: Path) -> None:
    """Remove the records of packages that pip had not finished, so that it takes them again."""
    for record in packages.glob("*.dist-info"):
        if not (record / "INSTALLER").exists():  # which pip writes after the package's own files
            shutil.rmtree(record)


def _folder_megabytes(folder: Path) -> int:
    total = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):  # pip moves files about while this counts
                total += os.lstat(os.path.join(directory, name)).st_size
    return total // 1_000_000


def _is_locked_now(file: IO[str]) -> bool:
    try:
        _lock_at_once(file)
    except OSError:
        return False
    return True


def _stop_if_cancelled(progress: Progress) -> None:
    if progress.is_cancelled:
        raise SetupError("The set-up was cancelled. The next start goes on from there.")


def _drain(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    with stream:
        for line in stream:
            lines.put(line.rstrip())
    lines.put(None)
