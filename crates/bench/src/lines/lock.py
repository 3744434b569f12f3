"""Threads acquire and release one lock; prints nanoseconds per pair."""
import sys
import threading
import time

threads, work = int(sys.argv[1]), sys.argv[2] == "work"
pairs = 400_000 // threads
lock = threading.Lock()
start = threading.Barrier(threads + 1)


def bare():
    start.wait()
    for _ in range(pairs):
        lock.acquire()
        lock.release()


def working():
    start.wait()
    for value in range(pairs):
        lock.acquire()
        value += 1
        lock.release()
        value * 3 + 1


workers = [threading.Thread(target=working if work else bare) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / (pairs * threads))
