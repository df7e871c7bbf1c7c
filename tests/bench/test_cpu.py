"""CPU time is that of a process tree, without those whose title says they work for somebody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.storefront import cpu

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"
BURNT_S = 0.25  # the kernel counts in hundredths, user and system time apart
WAIT = "print('done', flush=True); import sys; sys.stdin.read()"


@contextmanager
def waiting(code: str, *arguments: str) -> Iterator[int]:
    """A child that has run the code and waits; gives its pid."""
    command = [sys.executable, "-c", f"{code}\n{WAIT}", *arguments]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    yield child.pid
    child.communicate()


def test_a_childs_work_counts_for_its_parent() -> None:
    with waiting(BURN) as child:
        assert cpu.seconds(child) >= BURNT_S
        assert cpu.seconds(os.getpid()) >= cpu.seconds(child)


def test_the_work_of_an_ended_grandchild_counts() -> None:
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])"

    with waiting(code) as child:
        assert cpu.seconds(child) >= BURNT_S


def test_a_process_with_such_a_title_is_left_out() -> None:
    with waiting(BURN, "run_stock_1") as child:
        assert cpu.seconds(child, but=["run_stock_1"]) == 0
        assert cpu.seconds(child, but=["run_ours_1"]) >= BURNT_S


def test_a_process_that_is_gone_has_no_cpu_and_no_memory() -> None:
    with waiting("") as child:
        assert cpu.rss_bytes(child) > 1_000_000
    assert (cpu.seconds(child), cpu.rss_bytes(child)) == (0, 0)
