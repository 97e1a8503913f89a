"""The arrows that hold at run time, and what the sources must never contain.

Which module may import which is in pyproject.toml, for import-linter.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
START = [ROOT / name for name in ("main.py", "setup_environment.py", "setup_progress.py")]
SOURCES = [*START, *(path for name in ("engine", "gui") for path in (ROOT / name).rglob("*.py"))]

LIGHT = (
    "experiment",
    "edits",
    "backprop",
    "datasets.registry",
    "structure",
    "checks",
    "summary",
)
"""Modules of engine that the window needs before its first paint."""

SHARED: dict[str, set[str]] = {
    "panels": {"panel"},
    "plots": {"plot", "live", "curve", "figures", "series"},
    "dialogs": {"dialog"},
}
"""First words of the modules in these packages that all their neighbours may import."""

ASSEMBLING = {"experiment_panel"}
"""Modules that put their neighbours together, and so import them."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Every module that the source imports, at any depth; of a from-import also the names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def brought_in(modules: list[str], watched: set[str]) -> dict[str, list[str]]:
    """The watched packages that each of the modules, imported in turn, adds to a fresh Python."""
    script = """
import importlib, json, sys
modules, watched = json.loads(sys.argv[1])
found = {}
for module in modules:
    before = set(sys.modules)
    importlib.import_module(module)
    new = {name.partition(".")[0] for name in set(sys.modules) - before}
    found[module] = sorted(new & set(watched))
print(json.dumps(found))
"""
    text = json.dumps([modules, sorted(watched)])
    answer = subprocess.run(
        [sys.executable, "-c", script, text], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    found: dict[str, list[str]] = json.loads(answer.stdout.splitlines()[-1])
    return found


def forbidden_things(tree: ast.AST) -> Iterator[str]:
    """What could run code that is in a file, or on a line of input."""
    packages = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}
    for module in imported_modules(tree):
        if module.partition(".")[0] in packages:
            yield f"import of {module}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec", "compile"}:
            yield f"{node.func.id}() in line {node.lineno}"
        for keyword in node.keywords:
            value = keyword.value.value if isinstance(keyword.value, ast.Constant) else "unknown"
            allowed = {"allow_pickle": False, "weights_only": True}
            if keyword.arg in allowed and value is not allowed[keyword.arg]:
                yield f"{keyword.arg}={value} in line {node.lineno}"


def strangers(path: Path) -> list[str]:
    """Neighbours in the same package that a module imports though they are not of its family.

    A family is what shares the first word of its name: loss_plot and loss_legend.
    """
    package = path.parent
    own = path.stem.partition("_")[0]
    shared = SHARED[package.name]
    allowed = shared if own in shared else {own} | shared
    names = {other.stem for other in package.glob("*.py")} - {"__init__"}
    prefix = f"gui.{package.name}."
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.removeprefix(prefix).partition(".")[0]
        for name in imported_modules(tree)
        if name.startswith(prefix)
    }
    return sorted(name for name in imported & names if name.partition("_")[0] not in allowed)


def test_engine_brings_no_window() -> None:
    modules = sorted(
        module_name(path) for path in (ROOT / "engine").rglob("*.py") if path.stem != "__main__"
    )
    assert "engine.experiment" in modules
    brought = brought_in(modules, {"PySide6", "shiboken6", "pyqtgraph", "gui"})
    assert {module: packages for module, packages in brought.items() if packages} == {}


def test_what_the_first_paint_needs_brings_neither_torch_nor_scikit_learn() -> None:
    brought = brought_in(["engine", *(f"engine.{name}" for name in LIGHT)], {"torch", "sklearn"})
    assert {module: packages for module, packages in brought.items() if packages} == {}


def test_a_package_that_is_brought_in_is_noticed() -> None:
    brought = brought_in(["json.tool", "engine.errors"], {"argparse", "torch"})
    assert brought == {"json.tool": ["argparse"], "engine.errors": []}


@pytest.mark.parametrize("path", SOURCES, ids=module_name)
def test_no_source_runs_what_it_reads(path: Path) -> None:
    assert list(forbidden_things(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def load():\n    from joblib import load",
        "eval(text)",
        "exec(compile(text, name, 'exec'))",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "torch.load(path, weights_only=False)",
    ],
)
def test_what_runs_a_file_is_noticed(source: str) -> None:
    assert list(forbidden_things(ast.parse(source))) != []


@pytest.mark.parametrize(
    "source",
    ["network.eval()", "dialog.exec()", "np.load(path, allow_pickle=False)", "re.compile(text)"],
)
def test_what_only_sounds_like_it_is_let_through(source: str) -> None:
    assert list(forbidden_things(ast.parse(source))) == []


@pytest.mark.parametrize("path", sorted((ROOT / "gui").rglob("*.py")), ids=module_name)
def test_gui_never_names_torch(path: Path) -> None:
    packages = {name.partition(".")[0] for name in imported_modules(ast.parse(path.read_bytes()))}
    assert packages.isdisjoint({"torch", "sklearn", "scipy"})


@pytest.mark.parametrize(
    "path",
    [
        path
        for name in SHARED
        for path in sorted((ROOT / "gui" / name).glob("*.py"))
        if path.stem not in ASSEMBLING
    ],
    ids=module_name,
)
def test_a_panel_a_plot_or_a_dialog_imports_only_its_family(path: Path) -> None:
    assert strangers(path) == [], "neither of its family (first word of the name) nor in SHARED"


def test_a_stranger_is_noticed(tmp_path: Path) -> None:
    plots = tmp_path / "plots"
    plots.mkdir()
    for name in ("loss_plot", "loss_legend", "histogram_plot", "live_plot"):
        (plots / f"{name}.py").touch()
    plot = plots / "loss_plot.py"
    family = "import gui.plots.live_plot\nfrom gui.plots.loss_legend import LossLegend\n"
    plot.write_text(family)
    assert strangers(plot) == []
    plot.write_text(family + "from gui.plots import histogram_plot\n")
    assert strangers(plot) == ["histogram_plot"]
    base = plots / "live_plot.py"
    base.write_text("from gui.plots.loss_plot import LossPlot\n")
    assert strangers(base) == ["loss_plot"]


def test_an_old_python_can_read_main_as_far_as_its_message() -> None:
    source = (ROOT / "main.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    first = [node for node in tree.body if not isinstance(node, ast.Expr)][:2]
    assert [ast.unparse(node).splitlines()[0] for node in first] == [
        "import sys",
        "if sys.version_info < (3, 11):",
    ]


@pytest.mark.parametrize("path", START, ids=module_name)
def test_the_start_needs_nothing_but_the_standard_library(path: Path) -> None:
    packages = {name.partition(".")[0] for name in imported_modules(ast.parse(path.read_bytes()))}
    ours = {file.stem for file in START}
    late = {"gui"} if path.stem == "main" else set()
    assert packages <= sys.stdlib_module_names | ours | late
