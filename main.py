"""Start Frostline: find or make its interpreter, then open the window or run the tests.

Standard library only until that interpreter is found, and written so that an old Python can parse
it as far as the message below.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older one gets as far as this
    sys.exit(
        "Frostline needs Python 3.11 or newer, and this is Python %d.%d.\n"  # noqa: UP031
        "Install a newer one (python.org, or your system's packages), then start main.py with it,"
        " for example: python3.12 main.py" % sys.version_info[:2]
    )

import argparse
import ctypes
import gc
import math
import multiprocessing
import os
import re
import subprocess
import time
import tomllib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from setup_environment import Environment, is_met, requirements
from setup_progress import INSTALLED_MEGABYTES, Progress, SetupError, run_shown, tell

ROOT = Path(__file__).resolve().parent

QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt on Linux takes from the system on every platform: library, Debian package."""

XCB_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What it takes besides for a window on an X11 screen."""

CHECKS = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    (
        "import-linter",
        ("-c", "from importlinter.cli import lint_imports_command as lint; lint()"),
    ),
    ("pytest", ("-m", "pytest")),
)
"""What --test runs: a heading and the interpreter's arguments. pytest has the last word."""


@dataclass(frozen=True)
class Options:
    """The command line."""

    experiment: Path | None = None
    screenshot: Path | None = None
    size: tuple[int, int] | None = None
    dark: bool | None = None
    run_for: float | None = None
    test: list[str] | None = None

    @property
    def is_for_a_person(self) -> bool:
        """Whether somebody may be sitting before a window, and not a script before a console."""
        return self.test is None and self.screenshot is None


def parse_options(arguments: Sequence[str]) -> Options:
    """Options from the command line; argparse exits with status 2 where they are wrong."""
    parser = argparse.ArgumentParser(
        prog="main.py",
        description="Frostline: what training does to each layer, and what freezing changes.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "experiment", nargs="?", type=_file, metavar="EXPERIMENT.json", help="open this experiment"
    )
    parser.add_argument("--version", action="version", version=f"frostline {_version()}")
    parser.add_argument(
        "--screenshot", type=_png, metavar="FILE.png", help="save a picture of the window and exit"
    )
    parser.add_argument(
        "--size", type=_size, metavar="WIDTHxHEIGHT", help="size of the window, such as 1440x900"
    )
    parser.add_argument("--dark", action="store_true", default=None, help="dark colours")
    parser.add_argument(
        "--run-for",
        type=_seconds,
        metavar="SECONDS",
        help="with --screenshot: train for so long before the picture",
    )
    parser.add_argument(
        "--test",
        nargs=argparse.REMAINDER,
        metavar="ARGUMENT",
        help="run every check and the tests; what follows goes to pytest",
    )
    options = Options(**vars(parser.parse_args(arguments)))
    if options.run_for is not None and options.screenshot is None:
        parser.error("argument --run-for: only with --screenshot FILE.png")
    return options


def missing_packages(platform: str, load: Callable[[str], object] = ctypes.CDLL) -> dict[str, str]:
    """Libraries that Qt needs for the platform ("xcb", "offscreen") and does not find: packages."""
    wanted = {**QT_LIBRARIES, **(XCB_LIBRARIES if platform.startswith("xcb") else {})}
    return {name: package for name, package in wanted.items() if not _loads(name, load)}


def prepare_screen(options: Options, variables: MutableMapping[str, str]) -> None:
    """Choose Qt's platform on Linux, where a wrong one ends the process without a word.

    Raises SetupError where there is no screen, or where libraries are missing.
    """
    if not sys.platform.startswith("linux"):
        return
    has_screen = bool(variables.get("DISPLAY") or variables.get("WAYLAND_DISPLAY"))
    if options.test is not None or (options.screenshot is not None and not has_screen):
        variables.setdefault("QT_QPA_PLATFORM", "offscreen")
    elif not has_screen and _platform(variables).startswith(("xcb", "wayland")):
        raise SetupError(
            "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
            "Start Frostline in a desktop session, or over ssh -X. Without a screen it can still"
            " save a picture of its window:\n    python3 main.py --screenshot FILE.png"
        )
    missing = missing_packages(_platform(variables))
    if missing:
        raise SetupError(
            f"Qt needs libraries that this system does not have: {', '.join(missing)}.\n"
            "On Debian or Ubuntu:\n"
            f"    sudo apt-get install {' '.join(missing.values())}\n"
            "Elsewhere, the packages that hold them. Then start Frostline again."
        )


def prepare_interpreter(options: Options, arguments: Sequence[str]) -> int | None:
    """Return None in an interpreter that has everything; else go on in .venv, made if need be.

    The exit status where going on took a child process. Raises SetupError.
    """
    environment = Environment(ROOT)
    needed = requirements(ROOT)
    wanted = needed if options.test is None else requirements(ROOT, ["test"])
    if not environment.is_current() and all(map(is_met, wanted)):
        return None
    if not environment.is_complete(wanted):

        def set_up(progress: Progress) -> None:
            environment.set_up(wanted, needed, progress)

        run_shown(_introduction(environment), set_up, windowed=options.is_for_a_person)
    if environment.is_current():
        return None
    return environment.restart(Path(__file__).resolve(), arguments)


def run_checks(root: Path, pytest_arguments: Sequence[str]) -> int:
    """Run every one of CHECKS in root whatever the others say; 1 if any of them failed."""
    variables = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "OMP_NUM_THREADS": "1"}
    failed = []
    for heading, command in CHECKS:
        sys.stdout.write(f"\n== {heading}\n")
        sys.stdout.flush()
        start = time.monotonic()
        extra = pytest_arguments if heading == "pytest" else ()
        status = subprocess.call([sys.executable, *command, *extra], cwd=root, env=variables)
        if status != 0:
            failed.append(heading)
        if heading != "pytest":
            words = "passed" if status == 0 else f"FAILED with exit status {status}"
            sys.stdout.write(f"-- {heading} {words} in {time.monotonic() - start:.1f} s\n")
    if failed:
        sys.stdout.write(f"\nFAILED: {', '.join(failed)}\n")
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Run Frostline with these command line arguments; the exit status."""
    options = parse_options(arguments)
    try:
        prepare_screen(options, os.environ)
        status = prepare_interpreter(options, arguments)
    except SetupError as error:
        tell(str(error), windowed=options.is_for_a_person)
        return 1
    except KeyboardInterrupt:
        tell("\nStopped. The next start goes on from there.", windowed=False)
        return 130
    if status is not None:
        return status
    if options.test is not None:
        return run_checks(ROOT, options.test)
    if sys.path[0] != str(ROOT):
        sys.path.insert(0, str(ROOT))
    gc.disable()  # the window collects garbage itself, when nobody waits for it
    from gui.app import run

    return run(
        experiment_path=options.experiment,
        screenshot=options.screenshot,
        size=options.size,
        dark=options.dark,
        run_for=options.run_for,
    )


def _introduction(environment: Environment) -> str:
    text = (
        "Frostline sets itself up, once: it installs PyTorch, Qt and what else it needs into\n"
        f"{environment.folder}, about {INSTALLED_MEGABYTES / 1000:.1f} GB, and nothing elsewhere."
    )
    if sys.platform.startswith("linux"):
        text += "\nSome registries' PyTorch for Linux brings CUDA with it: several GB more."
    return text


def _platform(variables: Mapping[str, str]) -> str:
    """The Qt platform that these variables lead to."""
    fallback = "wayland" if variables.get("WAYLAND_DISPLAY") else "xcb"
    return variables.get("QT_QPA_PLATFORM") or fallback


def _loads(library: str, load: Callable[[str], object]) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True


def _version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _file(text: str) -> Path:
    path = Path(text).absolute()
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _png(text: str) -> Path:
    path = Path(text).absolute()
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text} does not end in .png")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {path.parent}")
    return path


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{3,4})[xX×](\d{3,4})", text)
    if found is None or int(found[1]) < 640 or int(found[2]) < 480:
        raise argparse.ArgumentTypeError(
            f"{text} is not WIDTHxHEIGHT in pixels, such as 1440x900; at least 640x480,"
            " at most 9999x9999"
        )
    return int(found[1]), int(found[2])


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds from 0 to 3600")
    return seconds


if __name__ == "__main__":
    multiprocessing.freeze_support()  # a frozen worker process of a sweep goes no further
    sys.exit(main(sys.argv[1:]))
