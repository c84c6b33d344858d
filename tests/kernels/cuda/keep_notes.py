"""Runs a compiler and keeps what it says beside the object, in OBJECT.notes: the launcher of test_build.py."""

import subprocess
import sys

done = subprocess.run(sys.argv[1:], stderr=subprocess.PIPE, text=True)
with open(sys.argv[sys.argv.index("-o") + 1] + ".notes", "w") as notes:
    notes.write(done.stderr)
if done.returncode != 0:
    sys.stderr.write(done.stderr)
sys.exit(done.returncode)
