"""Two threads take turns by two locks; prints nanoseconds per turn."""
import threading
import time

ROUNDS = 10_000
there, back = threading.Lock(), threading.Lock()
there.acquire()
back.acquire()


def other():
    for _ in range(ROUNDS):
        there.acquire()
        back.release()


thread = threading.Thread(target=other)
thread.start()
start = time.perf_counter_ns()
for _ in range(ROUNDS):
    there.release()
    back.acquire()
took = time.perf_counter_ns() - start
thread.join()
print(took / (2 * ROUNDS))
