"""When .venv is made, when it is refused, and what counts as being there."""

import sys
from pathlib import Path

import pytest

import setup_environment
from setup_environment import Environment
from setup_progress import SetupError

ROOT = Path(setup_environment.__file__).resolve().parent


class SilentProgress:
    """A set-up that nobody watches."""

    is_cancelled = False

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)

    def show_size(self, megabytes: int) -> None:
        pass


class TestEnvironment:
    def test_a_full_disk_is_said_before_anything_is_made(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(setup_environment, "SETUP_MEGABYTES", 10**9)
        environment = Environment(tmp_path)
        with pytest.raises(SetupError, match=r"1000000\.0 GB for a while"):
            environment.set_up(["icicle"], ["icicle"], SilentProgress())
        assert not environment.python.exists()
        assert not environment.is_complete(["icicle"])

    def test_a_python_that_cannot_make_environments_is_said(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "ensurepip", None)
        with pytest.raises(SetupError, match="sudo apt install python3-venv"):
            Environment(tmp_path).set_up(["icicle"], ["icicle"], SilentProgress())

    def test_a_set_up_can_be_cancelled(self, tmp_path: Path) -> None:
        progress = SilentProgress()
        progress.is_cancelled = True
        with pytest.raises(SetupError, match="cancelled"):
            Environment(tmp_path).set_up(["icicle"], ["icicle"], progress)
        assert not Environment(tmp_path).is_complete(["icicle"])


@pytest.mark.parametrize(
    ("version", "specifiers", "is_within"),
    [
        ("2.13.0+cpu", ">=2.13,<2.14", True),
        ("2.14.0", ">=2.13,<2.14", False),
        ("6.8.2", ">=6.8.3,<6.11", False),
        ("6.10.3", ">=6.8.3, <6.11", True),
        ("6.11.0", ">=6.8.3,<6.11", False),
        ("2", ">=2.0,<3", True),
        ("2.0.0", "==2", True),
        ("1.5rc1", "!=1.5", False),
        ("0.1", "", True),
    ],
)
def test_versions_are_compared_by_their_numbers(
    version: str, specifiers: str, is_within: bool
) -> None:
    assert setup_environment.satisfies(version, specifiers) is is_within


def test_a_comparison_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="~=2"):
        setup_environment.satisfies("2.1", "~=2.0")


def test_what_the_tests_run_on_meets_every_pin() -> None:
    wanted = setup_environment.requirements(ROOT, ["test"])
    assert len(wanted) > len(setup_environment.requirements(ROOT)) > 0
    assert [line for line in wanted if not setup_environment.is_met(line)] == []


@pytest.mark.parametrize("line", ["pytest>=999", "surely-not-here", "pytest<1 ; python_version"])
def test_what_is_not_here_is_not_met(line: str) -> None:
    assert not setup_environment.is_met(line)
