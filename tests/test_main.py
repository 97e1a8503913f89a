"""The command line, the choice of a screen, and --test."""

import sys
from pathlib import Path

import pytest

import main
from main import Options
from setup_progress import SetupError


def lines_of(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


class TestOptions:
    def test_nothing_given(self) -> None:
        assert main.parse_options([]) == Options()

    def test_everything_given(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("mine.json").touch()
        line = "mine.json --screenshot it.png --size 1440x900 --dark --run-for 2.5"
        assert main.parse_options(line.split()) == Options(
            experiment=tmp_path / "mine.json",
            screenshot=tmp_path / "it.png",
            size=(1440, 900),
            dark=True,
            run_for=2.5,
        )

    def test_what_follows_test_goes_to_pytest(self) -> None:
        assert main.parse_options(["--test"]).test == []
        assert main.parse_options(["--test", "-k", "freeze", "--dark"]).test == [
            "-k",
            "freeze",
            "--dark",
        ]

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("missing.json", "there is no file missing.json"),
            ("--size 1440", "--size: 1440 is not WIDTHxHEIGHT"),
            ("--size 100x100", "at least 640x480"),
            ("--screenshot it.jpg", "--screenshot: it.jpg does not end in .png"),
            ("--screenshot nowhere/it.png", "there is no folder"),
            ("--screenshot it.png --run-for nan", "--run-for: nan is not a number of seconds"),
            ("--screenshot it.png --run-for -1", "from 0 to 3600"),
            ("--run-for 3", "--run-for: only with --screenshot"),
            ("--darkest", "unrecognized arguments: --darkest"),
        ],
    )
    def test_a_wrong_option_is_named(
        self, line: str, words: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as stop:
            main.parse_options(line.split())
        assert stop.value.code == 2
        assert words in lines_of(capsys)


class TestScreen:
    @pytest.fixture(autouse=True)
    def _linux(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(main, "missing_packages", lambda platform: {})

    def test_no_screen_is_said(self) -> None:
        with pytest.raises(SetupError, match="neither DISPLAY nor WAYLAND_DISPLAY"):
            main.prepare_screen(Options(), {})
        with pytest.raises(SetupError, match="no screen"):
            main.prepare_screen(Options(), {"QT_QPA_PLATFORM": "xcb"})

    @pytest.mark.parametrize(
        "variables", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "w"}, {"QT_QPA_PLATFORM": "offscreen"}]
    )
    def test_a_screen_is_left_as_it_is(self, variables: dict[str, str]) -> None:
        before = dict(variables)
        main.prepare_screen(Options(), variables)
        assert variables == before

    def test_a_picture_needs_no_screen_but_takes_one(self) -> None:
        options = Options(screenshot=Path("it.png"))
        without: dict[str, str] = {}
        main.prepare_screen(options, without)
        assert without == {"QT_QPA_PLATFORM": "offscreen"}
        within = {"DISPLAY": ":0"}
        main.prepare_screen(options, within)
        assert within == {"DISPLAY": ":0"}

    def test_tests_never_open_windows(self) -> None:
        variables = {"DISPLAY": ":0"}
        main.prepare_screen(Options(test=[]), variables)
        assert variables["QT_QPA_PLATFORM"] == "offscreen"

    @pytest.mark.parametrize(
        ("variables", "platform"),
        [
            ({"DISPLAY": ":0"}, "xcb"),
            ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, "wayland"),
            ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "offscreen"),
        ],
    )
    def test_missing_libraries_are_said_with_what_to_type(
        self, variables: dict[str, str], platform: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []

        def missing(platform: str) -> dict[str, str]:
            asked.append(platform)
            return {"libA.so.1": "liba1", "libB.so.2": "libb2"}

        monkeypatch.setattr(main, "missing_packages", missing)
        with pytest.raises(SetupError, match="apt-get install liba1 libb2") as error:
            main.prepare_screen(Options(), variables)
        assert "libA.so.1, libB.so.2" in str(error.value)
        assert asked == [platform]


def test_only_an_x11_screen_needs_the_xcb_libraries() -> None:
    def load(name: str) -> None:
        if name in {"libEGL.so.1", "libxcb-cursor.so.0"}:
            raise OSError(name)

    assert main.missing_packages("offscreen", load) == {"libEGL.so.1": "libegl1"}
    assert main.missing_packages("xcb", load) == {
        "libEGL.so.1": "libegl1",
        "libxcb-cursor.so.0": "libxcb-cursor0",
    }
    assert main.missing_packages("xcb", lambda name: None) == {}


class TestChecks:
    """--test, with checks that take no time."""

    @pytest.fixture
    def checks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        checks = (
            ("good", ("-c", "print('fine')")),
            ("bad", ("-c", "raise SystemExit(3)")),
            ("pytest", ("-m", "pytest", "-p", "no:cacheprovider", "-p", "no:pytest-qt")),
        )
        monkeypatch.setattr(main, "CHECKS", checks)

    def test_all_run_though_one_fails(
        self, checks: None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "test_it.py").write_text("def test_it(): pass\n")
        assert main.run_checks(tmp_path, ["-q"]) == 1
        said = capfd.readouterr().out
        assert "== good\nfine\n-- good passed" in said
        assert "-- bad FAILED with exit status 3" in said
        assert "1 passed" in said
        assert said.endswith("FAILED: bad\n")

    def test_pytest_has_the_last_word_and_one_thread(
        self,
        checks: None,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(main, "CHECKS", (main.CHECKS[0], main.CHECKS[2]))
        (tmp_path / "test_it.py").write_text(
            "import os\n"
            "def test_it(): assert os.environ['OMP_NUM_THREADS'] == '1'\n"
            "def test_that(): assert os.environ['QT_QPA_PLATFORM'] == 'offscreen'\n"
        )
        assert main.run_checks(tmp_path, ["-q", "-k", "it or that"]) == 0
        assert "2 passed" in capfd.readouterr().out.splitlines()[-1]

    def test_no_test_is_a_failure(
        self,
        checks: None,
        tmp_path: Path,
        capfd: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(main, "CHECKS", main.CHECKS[2:])
        assert main.run_checks(tmp_path, []) == 1
        assert capfd.readouterr().out.endswith("FAILED: pytest\n")

    def test_every_tool_is_run(self) -> None:
        assert [heading for heading, _ in main.CHECKS] == [
            "ruff check",
            "ruff format",
            "mypy",
            "import-linter",
            "pytest",
        ]
