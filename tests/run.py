"""`make test`: lint, format, types, import contracts, then the suite; the last line counts all of it.

Arguments are handed to pytest: python -m tests.run tests/money -k split
"""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "lint (ruff check)": [sys.executable, "-m", "ruff", "check", "."],
    "format (ruff format)": [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."],
    "types (mypy --strict)": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "import contracts": [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-logo",
    ],
}


def main() -> int:
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    suite = subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], cwd=ROOT, check=False)
    if suite.returncode:
        failed.append("suite")
    print(
        f"{len(CHECKS) + 1 - len(failed)} of {len(CHECKS) + 1} passed"
        + (f"; failed: {', '.join(failed)}" if failed else ".")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
