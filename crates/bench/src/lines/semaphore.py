"""Threads take and give back units of one semaphore; prints nanoseconds per pair."""
import sys
import threading
import time

threads, units = int(sys.argv[1]), int(sys.argv[2])
pairs = (200_000 if threads == 1 else 20_000) // threads
semaphore = threading.Semaphore(units)
start = threading.Barrier(threads + 1)


def take_and_give():
    start.wait()
    for _ in range(pairs):
        semaphore.acquire()
        if threads > 1:
            time.sleep(0)
        semaphore.release()


workers = [threading.Thread(target=take_and_give) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / (pairs * threads))
