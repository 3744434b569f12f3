"""Another thread holds the lock nearly all the time; prints the longest of 200 waits in nanoseconds."""
import sys
import threading
import time

WAITS = 200
HELD = 0.0001

lock = getattr(threading, sys.argv[1])()
over = False


def greedy():
    while not over:
        with lock:
            time.sleep(HELD)


thread = threading.Thread(target=greedy)
thread.start()
longest = 0
for _ in range(WAITS):
    time.sleep(HELD)
    start = time.perf_counter_ns()
    with lock:
        took = time.perf_counter_ns() - start
    longest = max(longest, took)
over = True
thread.join()
print(longest)
