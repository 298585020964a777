import time
from tests.processes.test_delivery import *
from tests.processes.test_delivery import post as post, sink as sink, broker as broker
def test_speed(post):
    a=time.monotonic(); post.start_worker(); time.sleep(8)
    a=time.monotonic(); post.queue_all(); b=time.monotonic(); print("queue",b-a)
    last=0
    while (n:=len(taken(post.took)))<MESSAGES:
        time.sleep(1); print(round(time.monotonic()-b,1), n, post.states(), len(post.broker.waiting(QUEUE)))
        if time.monotonic()-b>60: break
    print(post.log.read_text()[-600:])
