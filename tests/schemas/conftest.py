import os
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(os.environ["TTT_BUILD"]) / "storage_program"


@pytest.fixture(scope="session")
def write_files():
    """Fills a folder with one file of each kind."""
    return lambda folder, environment=os.environ: subprocess.run([PROGRAM, "write", folder], check=True, env=environment)


@pytest.fixture(scope="session")
def files(tmp_path_factory, write_files):
    folder = tmp_path_factory.mktemp("files")
    write_files(folder)
    return folder


@pytest.fixture(scope="session")
def read():
    """Exit code and message of our reader; a crash shows as a negative code."""

    def run(file, **environment):
        done = subprocess.run([PROGRAM, "read", file], capture_output=True, text=True, env={**os.environ, **environment})
        return done.returncode, done.stderr

    return run
