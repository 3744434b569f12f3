"""The smallest of a thousand items is removed and put back with a larger number; prints nanoseconds per pair."""
import sys
import threading
import time
from queue import PriorityQueue

threads = int(sys.argv[1])
PAIRS = 40_000 // threads
queue = PriorityQueue()
for n in range(1000):
    queue.put(n * 7919 % 1_000_000)
start = threading.Barrier(threads + 1)


def repeat():
    start.wait()
    for n in range(PAIRS):
        first = queue.get()
        queue.task_done()
        queue.put(first + n * 7919 % 1_000_000)


workers = [threading.Thread(target=repeat) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / (PAIRS * threads))
