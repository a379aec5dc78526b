"""Benchmarks are run as scripts, small, so that a change that breaks one is noticed with it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def result_of(script: str, *options: str) -> Any:
    """The last line that a benchmark prints, as JSON."""
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def says_what_it_measured(result: Any, *baselines: str) -> None:
    assert result["value"] > 0
    assert [baseline["name"] for baseline in result["baselines"]] == list(baselines)
    for baseline in result["baselines"]:
        assert baseline["ratio"] == pytest.approx(result["value"] / baseline["value"], abs=0.006)


def test_passes() -> None:
    result = result_of("passes.py", "--rounds", "20")
    assert (result["name"], result["unit"]) == ("passes", "us")
    says_what_it_measured(result, "bare_signatures")


@pytest.mark.database
@pytest.mark.once
def test_authorize() -> None:
    few = ("--riders", "20", "--rounds", "1", "--connections", "4", "--steady-seconds", "1")
    result = result_of("authorize.py", *few)
    assert result["name"] == "authorize"
    says_what_it_measured(result, "verify_only", "transaction_per_tap")
