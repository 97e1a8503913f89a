from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from engine.seed_bands import SeedSummary
from gui.settings import Settings, default_path
from gui.widgets.pace_slider import DEFAULT_PACE, FLAT_OUT, Pace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "not there yet" / "settings.json"


def after_restart(path: Path, before: Settings) -> Settings:
    assert before.save()
    return Settings(path)


def assert_defaults(kept: Settings) -> None:
    assert kept.theme == "system"
    assert kept.pace == DEFAULT_PACE
    assert kept.log_axis is False
    assert kept.seed_summary == SeedSummary("mean", "min-max")
    assert kept.window_geometry.isEmpty()
    assert kept.window_state.isEmpty()
    assert kept.last_folder == Path.home()
    assert kept.recent_files == ()


def test_a_first_start_has_defaults(path: Path) -> None:
    assert_defaults(Settings(path))


def test_everything_is_remembered(path: Path, tmp_path: Path) -> None:
    kept = Settings(path)
    kept.theme = "dark"
    kept.pace = Pace("steps", 2.0)
    kept.log_axis = True
    kept.seed_summary = SeedSummary("median", "standard error")
    kept.window_geometry = QByteArray(b"\x00\x01geometry\xff")
    kept.window_state = QByteArray(b"state")
    kept.last_folder = tmp_path
    kept.recent_files = [tmp_path / "a, b.json", tmp_path / "é.json"]
    again = after_restart(path, kept)
    assert again.theme == "dark"
    assert again.pace == Pace("steps", 2.0)
    assert again.log_axis is True
    assert again.seed_summary == SeedSummary("median", "standard error")
    assert again.window_geometry.data() == b"\x00\x01geometry\xff"
    assert again.window_state.data() == b"state"
    assert again.last_folder == tmp_path
    assert again.recent_files == (tmp_path / "a, b.json", tmp_path / "é.json")


def test_flat_out_and_one_recent_file_come_back(path: Path, tmp_path: Path) -> None:
    kept = Settings(path)
    kept.pace = FLAT_OUT
    kept.recent_files = [tmp_path / "one.json"]
    again = after_restart(path, kept)
    assert again.pace == FLAT_OUT
    assert again.recent_files == (tmp_path / "one.json",)


def test_the_newest_eight_files_are_kept(path: Path, tmp_path: Path) -> None:
    kept = Settings(path)
    files = [tmp_path / f"{number}.json" for number in range(10)]
    for file in files:
        kept.add_recent_file(file)
    assert kept.recent_files == tuple(reversed(files[2:]))
    kept.add_recent_file(files[5])
    assert kept.recent_files[0] == files[5]
    assert len(kept.recent_files) == len(set(kept.recent_files)) == 8


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\0\1 garbage",
        '{"theme": "dark"',
        '["dark"]',
        "[" * 100_000,
        '{"theme": "blue", "pace": "epochs nan", "log_axis": "maybe", "x": "abc"}',
        '{"seeds/centre": "mode", "seeds/band": 5}',
        '{"theme": 5, "pace": [], "log_axis": 1, "window/geometry": {}, "recent_files": "a"}',
        '{"window/geometry": "not base 64!", "window/state": "é", "last_folder": "/not/\\u0000"}',
        '{"recent_files": [5, "relative.json", null], "last_folder": "."}',
    ],
)
def test_a_damaged_file_means_defaults(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    assert_defaults(Settings(path))


def test_bytes_that_are_no_text_and_places_that_are_no_file_mean_defaults(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x80")
    assert_defaults(Settings(path))
    assert_defaults(Settings(path.parent))


@pytest.mark.parametrize("cut", range(0, 60, 7))
def test_a_cut_off_file_means_defaults_and_can_be_written_again(path: Path, cut: int) -> None:
    kept = Settings(path)
    kept.theme = "dark"
    kept.set_text("x", "a text that is longer than the cut")
    assert kept.save()
    path.write_bytes(path.read_bytes()[:cut])
    again = Settings(path)
    assert_defaults(again)
    again.theme = "light"
    assert after_restart(path, again).theme == "light"


def test_a_place_that_cannot_be_written_is_said_and_harmless(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    kept = Settings(tmp_path / "file" / "settings.json")
    kept.theme = "dark"
    assert not kept.save()
    assert kept.theme == "dark"


def test_the_last_folder_must_still_be_there(path: Path, tmp_path: Path) -> None:
    kept = Settings(path)
    folder = tmp_path / "work"
    folder.mkdir()
    kept.last_folder = folder
    assert kept.last_folder == folder
    folder.rmdir()
    assert kept.last_folder == Path.home()


def test_the_default_place_is_the_persons_own() -> None:
    assert default_path().is_absolute()
    assert "frostline" in default_path().parts
