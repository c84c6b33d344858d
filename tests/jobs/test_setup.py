"""The set-up scripts: what they tell a user when something is missing, fails, or is done already."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = ROOT / "jobs/setup"


def bash(script, **more):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, cwd=ROOT, **more)


def steps(script, folder):
    stand = 'stand() { echo "3 of 4 parts"; }'
    return bash(f"logs={folder}\n{stand}\n. jobs/steps.sh\n{script}")


@pytest.fixture
def commands(tmp_path):
    """A PATH whose dpkg-query, apt-get and sudo are the test's own; returns a function that adds one."""

    def add(name, body):
        file = tmp_path / name
        file.write_text(f"#!/bin/bash\n{body}\n")
        file.chmod(0o755)
        return {"env": os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}}

    return add


def test_an_unknown_option_is_named():
    done = subprocess.run([SETUP, "--fast"], capture_output=True, text=True)
    assert done.returncode == 64 and "--fast" in done.stderr


def test_a_failing_step_shows_the_end_of_its_log_and_the_hint(tmp_path):
    done = steps("begin fetch bash -c 'echo no route to host; exit 7'\nfinish fetch 'the network is needed'", tmp_path)
    assert done.returncode == 1
    assert "no route to host" in done.stderr and "the network is needed" in done.stderr and "fetch.log" in done.stderr


def test_the_time_left_counts_what_is_still_to_come(tmp_path):
    done = steps("plan fetch 5; plan build 100\nbegin fetch true\nfinish fetch ''", tmp_path)
    assert "fetch" in done.stdout and "about 100 s left" in done.stdout


def test_steps_side_by_side_count_once(tmp_path):
    script = "plan slow 60; plan slower 90\nbegin slow sleep 9; began[slow]=$SECONDS\nbegin slower sleep 9\n"
    done = steps(f"stand() {{ echo working; }}\n{script}began[slower]=$SECONDS\nleft_of_all", tmp_path)
    assert "about 90 s left" in done.stdout or "about 89 s left" in done.stdout


def test_a_count_replaces_the_typical_time(tmp_path):
    done = steps("plan build 1000\nbegan[build]=$((SECONDS - 30))\nleft_of build", tmp_path)
    assert int(done.stdout) == pytest.approx(10, abs=2)  # 3 of 4 parts in 30 s


def test_only_missing_packages_are_asked_for(commands):
    commands("apt-get", "exit 0")
    more = commands("dpkg-query", "echo installed cmake; echo config-files ninja-build")
    script = 'missing=() root=()\n. jobs/packages.sh\nfind_missing_packages cmake ninja-build g++\necho "${missing[@]}"'
    assert bash(script, **more).stdout.split() == ["ninja-build", "g++"]


def test_without_root_or_sudo_the_packages_are_named(commands):
    more = commands("sudo", "exit 1")
    script = "missing=(libpng-dev g++)\n. jobs/packages.sh\nis_root() { false; }\nfind_root"
    done = bash(script, stdin=subprocess.DEVNULL, **more)
    assert done.returncode == 1
    assert "libpng-dev g++" in done.stderr and "TTT_NO_PACKAGES" in done.stderr


def test_lists_that_cannot_be_refreshed_do_not_stop_an_installation(commands):
    more = commands("apt-get", '[[ " $* " != *" update "* ]]')
    assert bash("root=()\n. jobs/packages.sh\nupdate_lists && install_packages g++", **more).returncode == 0
