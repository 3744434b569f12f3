"""Threads acquire and release permits of one semaphore; prints nanoseconds per pair."""
import sys
import threading
import time

threads, permits = int(sys.argv[1]), int(sys.argv[2])
pairs = (200_000 if threads == 1 else 20_000) // threads
semaphore = threading.Semaphore(permits)
start = threading.Barrier(threads + 1)


def acquire_and_release():
    start.wait()
    for _ in range(pairs):
        semaphore.acquire()
        if threads > 1:
            time.sleep(0)
        semaphore.release()


workers = [threading.Thread(target=acquire_and_release) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / (pairs * threads))
