"""Items from producers to consumers, each marked as done; prints nanoseconds per item."""
import sys
import threading
import time
from queue import Queue

bound, putting, getting = map(int, sys.argv[1:])
ITEMS = 40_000
queue = Queue(bound)
END = object()


def put_and_get():
    for item in range(ITEMS):
        queue.put(item)
        queue.get()
        queue.task_done()


def put():
    start.wait()
    for item in range(ITEMS // putting):
        queue.put(item)


def get():
    start.wait()
    while queue.get() is not END:
        queue.task_done()


if putting == 0:
    begun = time.perf_counter_ns()
    put_and_get()
    print((time.perf_counter_ns() - begun) / ITEMS)
    sys.exit()
start = threading.Barrier(putting + getting + 1)
threads = [threading.Thread(target=put) for _ in range(putting)]
getters = [threading.Thread(target=get) for _ in range(getting)]
for thread in threads + getters:
    thread.start()
begun = time.perf_counter_ns()
start.wait()
for thread in threads:
    thread.join()
queue.join()
print((time.perf_counter_ns() - begun) / (ITEMS // putting * putting))
for _ in getters:
    queue.put(END)
