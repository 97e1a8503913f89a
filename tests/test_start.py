"""main.py as a person starts it: copies of it in folders of their own, in new processes."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import main
from setup_environment import Environment

ROOT = Path(main.__file__).resolve().parent
STAND_IN = """
import json, os, sys

def run(**options):
    print(json.dumps({
        "options": {name: value and str(value) for name, value in options.items()},
        "prefix": sys.prefix,
        "first_on_path": sys.path[0],
        "platform": os.environ.get("QT_QPA_PLATFORM"),
    }))
    return 7
"""


def write_wheel(folder: Path, name: str) -> None:
    """A package of one module, as a registry would hand it out."""
    info = f"{name}-1.5.dist-info"
    files = {
        f"{name}.py": "WORD = 'whole'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{len(text)}\n")
    files[f"{info}/RECORD"] = "".join(rows) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{name}-1.5-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


class Copy:
    """main.py in a folder of its own, with a window that only says how it was opened."""

    def __init__(self, folder: Path, dependencies: list[str]) -> None:
        self.root = folder / "frostline"
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        (self.root / "gui").mkdir(parents=True)
        (self.root / "gui" / "__init__.py").touch()
        (self.root / "gui" / "app.py").write_text(STAND_IN)
        for name in ("main.py", "setup_environment.py", "setup_progress.py"):
            (self.root / name).write_bytes((ROOT / name).read_bytes())
        (self.root / "pyproject.toml").write_text(
            f'[project]\nname = "frostline"\nversion = "9.8.7"\ndependencies = {dependencies}\n'
            'optional-dependencies.test = ["icicle"]\n'
        )

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(self.root / "main.py"), *arguments]

    def variables(self, **changed: str) -> dict[str, str]:
        """The environment of a start: no screen, no registry, pip's packages from a folder."""
        dropped = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        kept = {name: value for name, value in os.environ.items() if name not in dropped}
        pip = {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
        }
        return {**kept, **pip, "CI": "true", **changed}

    def start(self, *arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root.parent,
            env=self.variables(**changed),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def opened(answer: "subprocess.CompletedProcess[str]") -> dict[str, object]:
    """What the stand-in for the window said."""
    assert answer.returncode == 7, answer.stdout + answer.stderr
    said: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return said


@pytest.fixture
def ready(tmp_path: Path) -> Copy:
    """A copy whose dependencies are here already."""
    return Copy(tmp_path, ["pytest>=8"])


@pytest.fixture
def bare(tmp_path: Path) -> Copy:
    """A copy that needs a package which only the folder of wheels has."""
    return Copy(tmp_path, ["icicle>=1.5,<2"])


def test_the_version_is_the_project_s(bare: Copy) -> None:
    answer = bare.start("--version")
    assert (answer.returncode, answer.stdout) == (0, "frostline 9.8.7\n")
    assert not bare.venv.exists()


def test_what_is_here_is_used(ready: Copy) -> None:
    answer = ready.start("--screenshot", "it.png", "--size", "800x600", "--run-for", "2")
    said = opened(answer)
    assert said["options"] == {
        "experiment_path": None,
        "screenshot": str(ready.root.parent / "it.png"),
        "size": "(800, 600)",
        "dark": None,
        "run_for": "2.0",
    }
    assert said["prefix"] == sys.prefix
    assert said["first_on_path"] == str(ready.root)
    assert said["platform"] == "offscreen"
    assert not ready.venv.exists()


def test_without_a_screen_it_says_so_before_it_installs(bare: Copy) -> None:
    answer = bare.start()
    assert answer.returncode == 1
    assert "There is no screen" in answer.stderr
    assert not bare.venv.exists()


def test_what_is_not_here_is_installed_once_beside_it(bare: Copy) -> None:
    write_wheel(bare.wheels, "icicle")
    first = bare.start("--screenshot", "it.png")
    assert opened(first)["prefix"] == str(bare.venv)
    assert str(bare.venv) in first.stdout
    assert "1.5 GB" in first.stdout
    assert "icicle" in first.stdout
    assert not list(bare.root.glob("*.egg-info"))
    again = bare.start("--screenshot", "it.png", PIP_FIND_LINKS="/nowhere")
    assert opened(again)["prefix"] == str(bare.venv)
    assert "1.5 GB" not in again.stdout
    python = Environment(bare.root).python
    inside = [str(python), "-c", "import icicle, gui.app; print(icicle.WORD)"]
    assert subprocess.check_output(inside, cwd="/", text=True) == "whole\n"


def test_two_starts_at_once_set_up_once(bare: Copy) -> None:
    write_wheel(bare.wheels, "icicle")
    command = bare.command("--screenshot", "it.png")
    both = [
        subprocess.Popen(command, env=bare.variables(), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [7, 7], said
    assert sum("Making" in text for text in said) == 1
    assert sum("Processing" in text for text in said) == 1


def test_a_new_dependency_is_added_to_what_is_there(bare: Copy) -> None:
    write_wheel(bare.wheels, "icicle")
    write_wheel(bare.wheels, "glacier")
    opened(bare.start("--screenshot", "it.png"))
    project = bare.root / "pyproject.toml"
    project.write_text(project.read_text().replace("['icicle", "['glacier', 'icicle"))
    answer = bare.start("--screenshot", "it.png")
    assert opened(answer)["prefix"] == str(bare.venv)
    assert "Making" not in answer.stdout
    assert "glacier" in answer.stdout


def test_an_interrupted_set_up_is_resumed(bare: Copy) -> None:
    write_wheel(bare.wheels, "icicle")
    opened(bare.start("--screenshot", "it.png"))
    packages = next(bare.venv.glob("lib*/python*/site-packages"))
    module = packages / "icicle.py"
    module.write_text("WORD = 'ha")  # as if the power had gone while pip wrote it
    (packages / "icicle-1.5.dist-info" / "INSTALLER").unlink()
    (bare.venv / "frostline-complete.json").unlink()
    answer = bare.start("--screenshot", "it.png")
    assert opened(answer)["prefix"] == str(bare.venv)
    assert "Making" not in answer.stdout
    assert module.read_text() == "WORD = 'whole'\n"


def test_a_broken_environment_is_made_anew(bare: Copy) -> None:
    write_wheel(bare.wheels, "icicle")
    (bare.venv / "bin").mkdir(parents=True)
    (bare.venv / "bin" / "python").write_text("not a program")
    (bare.venv / "frostline-complete.json").write_text("{not json")
    answer = bare.start("--screenshot", "it.png")
    assert opened(answer)["prefix"] == str(bare.venv)
    assert "Making" in answer.stdout


def test_what_is_incomplete_is_never_used(bare: Copy) -> None:
    answer = bare.start("--screenshot", "it.png")
    assert answer.returncode == 1
    assert "offers nothing that fits" in answer.stderr
    assert "icicle" in answer.stderr
    again = bare.start("--screenshot", "it.png")
    assert again.returncode == 1
    write_wheel(bare.wheels, "icicle")
    assert opened(bare.start("--screenshot", "it.png"))["prefix"] == str(bare.venv)


def test_a_registry_out_of_reach_is_said(bare: Copy) -> None:
    registry = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "1"}
    answer = bare.start("--screenshot", "it.png", **registry)
    assert answer.returncode == 1
    assert "could not be reached" in answer.stderr


def test_a_folder_that_takes_no_files_is_said(bare: Copy) -> None:
    bare.venv.symlink_to("/proc/nothing")
    answer = bare.start("--screenshot", "it.png")
    assert answer.returncode == 1
    assert "cannot write in" in answer.stderr


def test_an_old_python_is_told_what_is_needed(bare: Copy) -> None:
    source = (bare.root / "main.py").read_text()
    (bare.root / "main.py").write_text(source.replace("< (3, 11)", "< (99, 0)"))
    answer = bare.start()
    assert answer.returncode == 1
    assert "Frostline needs Python 3.11 or newer" in answer.stderr
