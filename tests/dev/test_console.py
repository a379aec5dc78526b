import io
import sys
from pathlib import Path

import pytest

from devtools.console import WIDTH, Console, progress_line
from devtools.failures import PreparationFailed


def test_progress_line_fits_and_is_one_line() -> None:
    assert progress_line("Installing", 12.4, "") == "  Installing: 12 s"
    line = progress_line("Installing", 12.4, "Downloading\tnumpy\x0b(16 MB) " + "x" * 200)
    assert line.startswith("  Installing: 12 s, Downloading numpy (16 MB) xxx")
    assert len(line) == WIDTH


def test_run_says_what_it_does_and_keeps_the_output(tmp_path: Path) -> None:
    stream, log = io.StringIO(), tmp_path / "log.txt"
    command = [sys.executable, "-c", "import sys; print('out'); print('err', file=sys.stderr)"]

    Console(stream).run("Working", command, log=log, cwd=tmp_path)

    assert sorted(log.read_text("utf-8").split()) == ["err", "out"]
    assert stream.getvalue().startswith("Working ...\n  done in ")


def test_run_raises_with_advice_when_the_command_fails(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('No space left on device')"]
    with pytest.raises(PreparationFailed, match=r"(?s)No space left.*The disk is full"):
        Console(io.StringIO()).run("Working", command, log=tmp_path / "log", cwd=tmp_path)
