"""The benchmarks can be run and say what they measured; how fast this machine is, is no test."""

import json
import subprocess
import sys

import pytest

import resources


def run_benchmarks(*arguments):
    command = [sys.executable, "-m", "tests.benchmarks", *map(str, arguments)]
    root = resources.path().parent
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, timeout=80, check=False
    )


def test_a_benchmark_prints_its_ratio_and_writes_it_as_json(tmp_path):
    done = run_benchmarks("--quick", "scikit_learn", "plain_loop", "--out", tmp_path / "b.json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((tmp_path / "b.json").read_text())
    assert (found["format"], found["quick"]) == (1, True)
    assert [result["name"] for result in found["results"]] == ["plain_loop", "scikit_learn"]
    for result, target in zip(found["results"], (1.5, 1.0), strict=True):
        assert (result["target"], result["direction"]) == (target, "at least")
        assert 0 < result["low"] <= result["ratio"] <= result["high"]
        assert len(result["rounds"]) == 3
        assert result["met"] == (result["ratio"] >= target)
        assert f"{result['name']:20} {result['ratio']:6.2f}" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["fly"], 2, "there is no benchmark 'fly'; there are plain_loop, scikit_learn"),
        (["--out", "missing/b.json"], 1, "the folder"),
    ],
)
def test_what_cannot_be_measured_or_written_is_refused_before_anything_is_measured(
    arguments, status, message
):
    done = run_benchmarks(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr
