"""Threads pass one barrier again and again; prints nanoseconds per round."""
import sys
import threading
import time

threads = int(sys.argv[1])
rounds = 20_000 // threads
barrier, start = threading.Barrier(threads), threading.Barrier(threads + 1)


def passes():
    start.wait()
    for _ in range(rounds):
        barrier.wait()


workers = [threading.Thread(target=passes) for _ in range(threads)]
for worker in workers:
    worker.start()
begun = time.perf_counter_ns()
start.wait()
for worker in workers:
    worker.join()
print((time.perf_counter_ns() - begun) / rounds)
