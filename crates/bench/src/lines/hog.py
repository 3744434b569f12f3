import sys
import threading
import time

WAITS = 200
HELD = 0.0001

lock = eval("threading." + sys.argv[1])
over = False


def hog():
    while not over:
        with lock:
            time.sleep(HELD)


thread = threading.Thread(target=hog)
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
