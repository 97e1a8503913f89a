"""What the window remembers between starts; a damaged file only means starting from defaults."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray

from engine.errors import EngineError
from engine.project import read_text, write_text
from engine.seed_bands import BANDS, CENTRES, SeedSummary
from gui.widgets.pace_slider import DEFAULT_PACE, Pace

Preference = Literal["system", "light", "dark"]
PREFERENCES: tuple[Preference, ...] = ("system", "light", "dark")
MOST_RECENT_FILES = 8


def default_path() -> Path:
    """Where this system keeps a person's settings."""
    return Path(user_config_dir("frostline", appauthor=False)) / "settings.json"


class Settings:
    """Typed settings, kept in memory until `save` writes them to a JSON file.

    Every getter gives a valid value: what is missing, of another type or out of range is the
    default. Numbers are kept as their repr, which is exact. Not QSettings: with PySide6 it
    unpickles, and so runs, whatever a file that someone passed on says.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or default_path()
        self._values = dict(_read(self._path))

    @property
    def path(self) -> Path:
        """The file the settings are kept in."""
        return self._path

    @property
    def theme(self) -> Preference:
        """Light, dark, or as the system has it."""
        text = self.text("theme", "system")
        return text if text in PREFERENCES else "system"

    @theme.setter
    def theme(self, preference: Preference) -> None:
        self.set_text("theme", preference)

    @property
    def pace(self) -> Pace:
        """How fast runs play."""
        return Pace.from_text(self.text("pace", "")) or DEFAULT_PACE

    @pace.setter
    def pace(self, pace: Pace) -> None:
        self.set_text("pace", pace.to_text())

    @property
    def log_axis(self) -> bool:
        """Whether the loss plot has a logarithmic axis."""
        return self.flag("log_axis", False)

    @log_axis.setter
    def log_axis(self, on: bool) -> None:
        self.set_flag("log_axis", on)

    @property
    def seed_summary(self) -> SeedSummary:
        """Which centre and band stand for several seeds."""
        default = SeedSummary()
        centre, band = self.text("seeds/centre", ""), self.text("seeds/band", "")
        return SeedSummary(
            centre=centre if centre in CENTRES else default.centre,
            band=band if band in BANDS else default.band,
        )

    @seed_summary.setter
    def seed_summary(self, summary: SeedSummary) -> None:
        self.set_text("seeds/centre", summary.centre)
        self.set_text("seeds/band", summary.band)

    @property
    def window_geometry(self) -> QByteArray:
        """Place and size of the window; empty before the first close."""
        return self.data("window/geometry")

    @window_geometry.setter
    def window_geometry(self, geometry: QByteArray) -> None:
        self.set_data("window/geometry", geometry)

    @property
    def window_state(self) -> QByteArray:
        """Places of the docks; empty before the first close."""
        return self.data("window/state")

    @window_state.setter
    def window_state(self, state: QByteArray) -> None:
        self.set_data("window/state", state)

    @property
    def last_folder(self) -> Path:
        """The folder a file was last opened from or saved to, if it is still there."""
        folder = Path(self.text("last_folder", ""))
        return folder if folder.is_absolute() and _is_folder(folder) else Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self.set_text("last_folder", str(folder))

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """The files opened or saved last, the newest first, at most eight."""
        paths = (Path(text) for text in self._texts("recent_files"))
        return tuple(path for path in paths if path.is_absolute())[:MOST_RECENT_FILES]

    @recent_files.setter
    def recent_files(self, paths: Sequence[Path]) -> None:
        self._values["recent_files"] = [str(path) for path in paths][:MOST_RECENT_FILES]

    def add_recent_file(self, path: Path) -> None:
        """Put this file first among the recent ones."""
        others = [other for other in self.recent_files if other != path]
        self.recent_files = (path, *others)

    def save(self) -> bool:
        """Write now, all or nothing; False if it cannot be written (the program goes on)."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, json.dumps(self._values, indent=1, sort_keys=True))
        except (OSError, EngineError):
            return False
        return True

    def flag(self, key: str, default: bool) -> bool:
        """A truth value."""
        return {"true": True, "false": False}.get(self.text(key, ""), default)

    def set_flag(self, key: str, on: bool) -> None:
        """Keep a truth value."""
        self.set_text(key, "true" if on else "false")

    def text(self, key: str, default: str) -> str:
        """A string."""
        value = self._values.get(key)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        """Keep a string."""
        self._values[key] = value

    def data(self, key: str) -> QByteArray:
        """Bytes, as windows and docks describe their places; empty if there are none."""
        try:
            return QByteArray(base64.b64decode(self.text(key, ""), validate=True))
        except (binascii.Error, ValueError):  # ValueError: not even ASCII
            return QByteArray()

    def set_data(self, key: str, value: QByteArray) -> None:
        """Keep bytes."""
        self.set_text(key, base64.b64encode(value.data()).decode("ascii"))

    def _texts(self, key: str) -> list[str]:
        value = self._values.get(key)
        return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _read(path: Path) -> Mapping[str, object]:
    try:
        values = json.loads(read_text(path))
    except (EngineError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a drive that is gone; a path no system takes
        return False
