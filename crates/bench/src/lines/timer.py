"""Timers are started and cancelled, or fire at once; prints nanoseconds per timer."""
import sys
import threading
import time

TIMERS = 5_000


def cancel():
    for _ in range(TIMERS):
        timer = threading.Timer(3600, print)
        timer.start()
        timer.cancel()


def fire():
    for _ in range(TIMERS):
        fired = threading.Event()
        threading.Timer(0, fired.set).start()
        fired.wait()


start = time.perf_counter_ns()
cancel() if sys.argv[1] == "cancel" else fire()
print((time.perf_counter_ns() - start) / TIMERS)
