"""The compilers' launcher in the build of test_build.py: spares what need not be done, keeps what is to be looked at.

  launcher.py reuse BUILD COMMAND    copies the object from BUILD where the same command made it there; else runs it
  launcher.py notes COMMAND          runs it, and keeps what it says beside the object, in OBJECT.notes

Both run in the root of the build folder, as Ninja does.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path


def after(option, words):
    return words[words.index(option) + 1] if option in words else None


def without_dependencies(words):
    """CMake's own list of commands does not have these options."""
    dropped = {at + i for at, word in enumerate(words) for i in range({"-MD": 1, "-MT": 2, "-MF": 2}.get(word, 0))}
    return [word for at, word in enumerate(words) if at not in dropped]


def reuse(build, words):
    made = build / after("-o", words)
    here = " ".join(without_dependencies(words)).replace(os.getcwd(), str(build))
    commands = json.loads((build / "compile_commands.json").read_text())
    if not made.exists() or here not in (entry["command"] for entry in commands):
        return subprocess.run(words).returncode
    shutil.copy(made, after("-o", words))
    Path(after("-MF", words)).write_text(f"{after('-o', words)}: {made}\n")
    return 0


def keep_notes(words):
    done = subprocess.run(words, stderr=subprocess.PIPE, text=True)
    Path(after("-o", words) + ".notes").write_text(done.stderr)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(reuse(Path(sys.argv[2]), sys.argv[3:]) if sys.argv[1] == "reuse" else keep_notes(sys.argv[2:]))
