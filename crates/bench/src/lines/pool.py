"""Trivial tasks in a pool; prints nanoseconds per task."""
import sys
import time
from concurrent.futures import ThreadPoolExecutor

workers, form = int(sys.argv[1]), sys.argv[2]
TASKS = 20_000


def answer(task):
    return task + 1


def all_of(executor):
    futures = [executor.submit(answer, task) for task in range(TASKS)]
    return sum(future.result() for future in futures)


def one_by_one(executor):
    return sum(executor.submit(answer, task).result() for task in range(TASKS))


def by_map(executor):
    return sum(executor.map(answer, range(TASKS)))


with ThreadPoolExecutor(workers) as executor:
    start = time.perf_counter_ns()
    total = {"all": all_of, "one": one_by_one, "map": by_map}[form](executor)
    took = time.perf_counter_ns() - start
assert total == TASKS * (TASKS + 1) // 2
print(took / TASKS)
