"""The window: Qt around the engine. Nothing here imports torch."""

import os

# pydantic would look these up when it is first imported, a tenth of the time to the first paint:
# plugins of other packages, and the folders of the time zone database.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
os.environ.setdefault("PYTHONTZPATH", "")

# Before PySide6, which from then on reads the source of every module that is imported: pydantic's
# and numpy's have nothing for it, and would take another twentieth of that time.
import engine.experiment
import engine.seed_bands  # noqa: F401
