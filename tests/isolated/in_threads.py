"""Starts threads at the same moment, and raises what went wrong in one of them. For threads.py and storm.py."""

from __future__ import annotations

import threading


def in_threads(works):
    """Run each of `works` in a thread of its own; return the results in order."""
    barrier = threading.Barrier(len(works))
    results, problems = [None] * len(works), []

    def run(number):
        try:
            barrier.wait(60)
            results[number] = works[number]()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return results
