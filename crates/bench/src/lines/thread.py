"""Threads are started and joined, one after the other; prints nanoseconds per thread."""
import threading
import time

THREADS = 5_000


def work():
    pass


start = time.perf_counter_ns()
for _ in range(THREADS):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print((time.perf_counter_ns() - start) / THREADS)
