"""Trivial tasks in a pool; prints nanoseconds per task."""
import sys
import time
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait

workers, form = int(sys.argv[1]), sys.argv[2]
TASKS = 100_000 if form in ("wait", "completed") else 20_000


def answer(task):
    return task + 1


def all_of(executor):
    futures = [executor.submit(answer, task) for task in range(TASKS)]
    return sum(future.result() for future in futures)


def one_by_one(executor):
    return sum(executor.submit(answer, task).result() for task in range(TASKS))


def by_map(executor):
    return sum(executor.map(answer, range(TASKS)))


def by_wait(futures):
    return sum(future.result() for future in wait(futures).done)


def by_as_completed(futures):
    return sum(future.result() for future in as_completed(futures))


def gathered(executor, gather):
    """No task is done when the clock starts."""
    may_end = threading.Event()
    for _ in range(workers):
        executor.submit(may_end.wait)
    futures = [executor.submit(answer, task) for task in range(TASKS)]
    start = time.perf_counter_ns()
    may_end.set()
    total = gather(futures)
    return total, time.perf_counter_ns() - start


def timed(executor, work):
    start = time.perf_counter_ns()
    total = work(executor)
    return total, time.perf_counter_ns() - start


with ThreadPoolExecutor(workers) as executor:
    if form in ("wait", "completed"):
        gather = by_wait if form == "wait" else by_as_completed
        total, took = gathered(executor, gather)
    else:
        work = {"all": all_of, "one": one_by_one, "map": by_map}[form]
        total, took = timed(executor, work)
assert total == TASKS * (TASKS + 1) // 2
print(took / TASKS)
