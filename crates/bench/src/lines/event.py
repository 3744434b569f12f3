"""One event that is set, or two threads that take turns by two events; prints nanoseconds per wait."""
import sys
import threading
import time


def when_set(waits=200_000):
    event = threading.Event()
    event.set()
    start = time.perf_counter_ns()
    for _ in range(waits):
        event.wait()
    return (time.perf_counter_ns() - start) / waits


def ping_pong(rounds=10_000):
    there, back = threading.Event(), threading.Event()

    def other():
        for _ in range(rounds):
            there.wait()
            there.clear()
            back.set()

    thread = threading.Thread(target=other)
    thread.start()
    start = time.perf_counter_ns()
    for _ in range(rounds):
        there.set()
        back.wait()
        back.clear()
    took = time.perf_counter_ns() - start
    thread.join()
    return took / (2 * rounds)


print(when_set() if sys.argv[1] == "set" else ping_pong())
