"""Checks that Spark will find a suitable Java, before anything is installed for it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

OLDEST = 17
HELP = (
    f"Spark needs Java {OLDEST} or newer: install one (Debian, Ubuntu: "
    f"apt-get install openjdk-{OLDEST}-jre-headless; macOS: brew install openjdk@{OLDEST}) "
    "and put it into PATH or JAVA_HOME."
)


def fault() -> str | None:
    """Why Spark cannot use the Java that it would start, or None.

    Spark takes the one in JAVA_HOME, or the first in PATH.
    """
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else shutil.which("java")
    if java is None:
        return "There is no java in PATH, and JAVA_HOME is not set."
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return f"{java} does not run."
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version is None or int(version[1]) < OLDEST:
        return f"{java} is Java {version[1] if version else 'of an unknown version'}."
    return None


if __name__ == "__main__":
    found = fault()
    if found is not None:
        sys.exit(f"{found} {HELP}")
