"""The program on a real X11 screen, with a real mouse and keyboard: Xvfb and xdotool."""

import os
import select
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gui.theme import LIGHT

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 1280, 800
PATIENCE = 60  # seconds: the machine may be busy

pytestmark = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None,
    reason="needs Xvfb and xdotool",
)


class Screen:
    """An X11 screen whose pixels are a file that can be read."""

    def __init__(self, number: str, folder: Path) -> None:
        self.display = f":{number}"
        self._pixels = folder / "Xvfb_screen0"

    def rows(self) -> list[bytes]:
        """The screen as it is now: rows of pixels, four bytes each: blue, green, red, unused."""
        content = self._pixels.read_bytes()
        (header,) = struct.unpack(">I", content[:4])  # XWD: sizes first, then a table of colours
        (colours,) = struct.unpack(">I", content[76:80])
        pixels = content[header + 12 * colours :]
        return [pixels[4 * WIDTH * y : 4 * WIDTH * (y + 1)] for y in range(HEIGHT)]

    def middle_of(self, colour: str, rows: range, columns: range) -> tuple[int, int] | None:
        """Where in this part of the screen the pixels of this #RRGGBB colour have their middle."""
        red, green, blue = bytes.fromhex(colour[1:])
        wanted, shown = bytes((blue, green, red)), self.rows()
        found = [(x, y) for y in rows for x in columns if shown[y][4 * x : 4 * x + 3] == wanted]
        if not found:
            return None
        return sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """A screen of our own; Xvfb picks a free number and tells it."""
    reader, writer = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp"]
    command += ["-fbdir", str(tmp_path)]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as told:
        ready, _, _ = select.select([told], [], [], PATIENCE)
        number = told.readline().strip() if ready else ""
    if not number:
        server.kill()
        pytest.skip("Xvfb did not start")
    yield Screen(number, tmp_path)
    server.terminate()
    server.wait(PATIENCE)


class Program:
    """main.py in front of that screen, with settings of its own."""

    def __init__(self, screen: Screen, home: Path) -> None:
        kinds = ("CONFIG", "DATA", "STATE", "CACHE")
        own = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
        own |= {"XDG_RUNTIME_DIR": str(home), "HOME": str(home), "DISPLAY": screen.display}
        other = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
        kept = {name: value for name, value in os.environ.items() if name not in other}
        self.screen, self.home, self.variables = screen, home, {**kept, **own}
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(ROOT / "main.py")],
            cwd=home,
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.window = self.xdotool("search", "--sync", "--onlyvisible", "--name", "Frostline")

    @property
    def title(self) -> str:
        return self.xdotool("getwindowname", self.window)

    def xdotool(self, *arguments: str) -> str:
        command = ["xdotool", *arguments]
        answer = subprocess.run(
            command, env=self.variables, capture_output=True, text=True, timeout=60, check=True
        )
        return answer.stdout.split("\n")[0]

    def key(self, keys: str) -> None:
        self.xdotool("windowfocus", "--sync", self.window)
        self.xdotool("key", keys)

    def click(self, place: tuple[int, int]) -> None:
        self.xdotool("mousemove", "--sync", str(place[0]), str(place[1]), "click", "1")

    def wait(self, seconds: float) -> None:
        """Give it time; it must not end meanwhile."""
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return
        pytest.fail(f"it ended by itself: {self.process.communicate()[1]}")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain until {what}"
            self.wait(0.1)

    def moves(self) -> bool:
        """Whether anything on the screen changes in half a second, as it does in training."""
        before = self.screen.rows()
        self.wait(0.5)
        return self.screen.rows() != before


@pytest.fixture
def program(screen: Screen, tmp_path: Path) -> Iterator[Program]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    program = Program(screen, home)
    yield program
    program.process.kill()
    program.process.communicate()


def test_a_click_runs_a_key_pauses_and_another_one_quits(program: Program) -> None:
    def run_button() -> tuple[int, int] | None:
        """The one filled button, at the left of the bar."""
        return program.screen.middle_of(LIGHT.accent, range(20, 80), range(200))

    program.until(lambda: run_button() is not None, "Run is there")
    program.click(run_button() or (0, 0))
    program.until(program.moves, "it trains")
    program.key("F5")
    program.until(lambda: not program.moves(), "it pauses")
    program.key("F5")
    program.until(program.moves, "it goes on")
    assert "*" not in program.title
    program.key("ctrl+shift+r")  # another seed: an edit
    program.until(lambda: "*" in program.title, "the title tells of unsaved changes")

    program.key("ctrl+q")
    _, complaints = program.process.communicate(timeout=PATIENCE)
    assert (program.process.returncode, complaints) == (0, "")
    kept = {path.name for path in (program.home / "config" / "frostline").iterdir()}
    assert kept == {"settings.json", "unsaved.json"}
