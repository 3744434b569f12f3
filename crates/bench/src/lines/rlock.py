"""Threads acquire and release one reentrant lock; prints nanoseconds per pair."""
import sys
import threading
import time

nested = sys.argv[1] == "nested"
threads = 1 if nested else int(sys.argv[1])
pairs = 400_000 // threads
lock = threading.RLock()
start = threading.Barrier(threads + 1)


def repeat():
    for _ in range(pairs):
        lock.acquire()
        lock.release()


def work():
    start.wait()
    if nested:
        with lock:
            repeat()
    else:
        repeat()


workers = [threading.Thread(target=work) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / (pairs * threads))
