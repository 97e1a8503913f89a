"""The opening of the window: what loads when, and the picture that --screenshot takes."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import FirstPaint, make_parts
from gui.file_commands import first_experiment
from gui.main_window import MainWindow
from gui.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    """A fresh interpreter without a screen, in which Python's warnings are errors."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """Exit status, what it said, and what it complained about."""
    said, complaints = process.communicate(timeout=120)
    lines = [line for line in complaints.splitlines() if "This plugin does not support" not in line]
    return process.returncode, said, "\n".join(lines)


PICTURE = """
import sys
from pathlib import Path
from gui.app import run
width, height, dark, path, seconds = sys.argv[1:]
sys.exit(run(
    screenshot=Path(path),
    size=(int(width), int(height)),
    dark=dark == "dark",
    run_for=float(seconds) if seconds else None,
))
"""


def test_a_picture_is_the_whole_window_in_its_size_and_theme(
    tmp_path: Path, own_folders: Path
) -> None:
    nowhere = tmp_path / "there is no folder" / "it.png"
    light = start(PICTURE, "1024", "700", "light", str(tmp_path / "light.png"), "")
    dark = start(PICTURE, "1280", "760", "dark", str(tmp_path / "dark.png"), "0.5")
    none = start(PICTURE, "1024", "700", "light", str(nowhere), "")
    assert answer(light) == (0, "", "")
    assert answer(dark) == (0, "", "")
    assert answer(none) == (1, "", f"{nowhere}: the picture could not be written")
    pictures = [QImage(str(tmp_path / f"{theme}.png")) for theme in ("light", "dark")]
    sizes = [(picture.width(), picture.height()) for picture in pictures]
    assert sizes == [(1024, 700), (1280, 760)]
    corners = [QColor(picture.pixel(picture.width() - 2, 2)).lightness() for picture in pictures]
    assert corners[0] > 200 > 60 > corners[1]
    assert not [path for path in own_folders.rglob("*") if path.is_file()], "settings were touched"


ORDER = """
import sys, tempfile
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui.app import FirstPaint, make_parts
from gui.file_commands import first_experiment
from gui.main_window import MainWindow
from gui.settings import Settings

app = QApplication([])
heavy = {"torch", "sklearn", "scipy"}
said = []
parts = make_parts(app, Settings(Path(tempfile.mkdtemp()) / "settings.json"), first_experiment())
window = MainWindow(parts)

def painted():
    said.append(("painted", sorted(heavy & set(sys.modules))))
    parts.gate.start()

def ready():
    said.append(("ready", sorted(heavy & set(sys.modules))))
    window.close()

FirstPaint(window, painted)
parts.gate.ready.connect(ready)
window.show()
app.exec()
print(said)
"""


def test_torch_and_scikit_learn_are_loaded_after_the_first_paint() -> None:
    status, said, complaints = answer(start(ORDER))
    assert (status, complaints) == (0, "")
    assert ast.literal_eval(said) == [("painted", []), ("ready", ["scipy", "sklearn", "torch"])]


def test_what_needs_no_window_is_loaded_before_pyside_reads_the_sources_of_the_rest() -> None:
    script = "import sys, gui.theme; print(list(sys.modules))"
    status, said, complaints = answer(start(script))
    loaded = ast.literal_eval(said)
    assert (status, complaints) == (0, "")
    assert max(map(loaded.index, ("pydantic", "numpy"))) < loaded.index("PySide6")


def test_the_first_paint_is_told_once(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    parts = make_parts(qapp, Settings(tmp_path / "settings.json"), first_experiment())
    window = MainWindow(parts)
    qtbot.addWidget(window)
    calls: list[bool] = []
    FirstPaint(window, lambda: calls.append(window.isVisible()))
    assert calls == []
    window.show()
    qtbot.waitUntil(lambda: calls == [True])
    window.resize(900, 700)
    window.repaint()
    window.loss_plot.repaint()
    qtbot.wait(50)
    assert calls == [True]
    parts.appearance.withdraw()


@pytest.mark.parametrize("dark", [False, True])
def test_the_parts_belong_together(qapp: QApplication, tmp_path: Path, dark: bool) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.theme = "dark" if dark else "light"
    parts = make_parts(qapp, settings, first_experiment())
    assert parts.document.experiment == first_experiment()
    assert parts.themes.theme.dark is dark
    assert parts.controller.state == "ready"
    assert not parts.gate.is_ready
    assert parts.store.current is None
    parts.appearance.withdraw()
