"""A notification without a waiter, or two threads that take turns; prints nanoseconds per operation."""
import sys
import threading
import time


def no_waiter(operations=200_000):
    condition = threading.Condition()
    start = time.perf_counter_ns()
    for _ in range(operations):
        with condition:
            condition.notify()
    return (time.perf_counter_ns() - start) / operations


def ping_pong(rounds=10_000):
    condition = threading.Condition()
    flag = False

    def play(turn):
        nonlocal flag
        for _ in range(rounds):
            with condition:
                condition.wait_for(lambda: flag == turn)
                flag = not turn
                condition.notify()

    thread = threading.Thread(target=play, args=(True,))
    thread.start()
    start = time.perf_counter_ns()
    play(False)
    took = time.perf_counter_ns() - start
    thread.join()
    return took / (2 * rounds)


print(no_waiter() if sys.argv[1] == "no-waiter" else ping_pong())
