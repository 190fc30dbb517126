"""axe-core, which says what keeps people from using a page; npm fetches it when a test needs it."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

VERSION = "4.14.1"


def source(folder: Path) -> str:
    """The script of axe-core, by way of ``folder``.  Raises CalledProcessError without npm."""
    npm = shutil.which("npm")
    assert npm, "npm is needed for axe-core: apt-get install npm"
    command = [npm, "pack", f"axe-core@{VERSION}", "--silent", "--pack-destination", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    [archive] = folder.glob("axe-core-*.tgz")
    with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as package:
        return package.extractfile("package/axe.min.js").read().decode("utf-8")
