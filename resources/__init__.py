"""Files shipped with Frostline: data, example experiments, icons; and the way to find them."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """The shipped file or folder: `path("data", "mnist_5k.npz")`."""
    return _ROOT.joinpath(*parts)
