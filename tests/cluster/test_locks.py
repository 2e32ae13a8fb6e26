"""What is promised of messages that arrive together: one at a time, in order, never for ever."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from typing import Any, AsyncIterator, Callable, Coroutine, Iterator, List

import pytest
import redis.asyncio
from rasa.utils.endpoints import EndpointConfig

from tests.cluster.conftest import RealRedis, wait_until
from vejviser.privacy.redis_lock import LEASE_SECONDS, RedisLockStore

EACH = 100
FORK = multiprocessing.get_context("fork")  # a new Python would need seconds to import Rasa


async def _count(url: str) -> None:
    """Read a number, wait, write it back plus one: only exclusion makes the sum come out right."""
    store = RedisLockStore(EndpointConfig(url=url), wait_seconds=120)
    red = redis.asyncio.Redis.from_url(url)
    await red.incr("here")
    while int(await red.get("here")) < 2:
        await asyncio.sleep(0.01)

    async def message() -> None:
        async with store.lock("one"):
            number = int(await red.get("sum") or 0)
            await asyncio.sleep(0.001)
            await red.set("sum", number + 1)

    await asyncio.gather(*[message() for _ in range(EACH)])


async def _hold(url: str) -> None:
    async with RedisLockStore(EndpointConfig(url=url)).lock("one"):
        await asyncio.sleep(600)


def process(work: Callable[[str], Coroutine], url: str) -> Any:
    def run() -> None:
        asyncio.set_event_loop_policy(None)
        asyncio.run(work(url))

    started = FORK.Process(target=run, daemon=True)
    started.start()
    return started


@pytest.fixture
def holder(real_redis: RealRedis) -> Iterator[Any]:
    """Another process that is in the conversation "one" and stays there."""
    other = process(_hold, real_redis.url)
    wait_until(lambda: real_redis.client.exists("vejviser:lock:one"))
    yield other
    other.kill()
    other.join()


@pytest.fixture
async def store(real_redis: RealRedis) -> AsyncIterator[RedisLockStore]:
    made = RedisLockStore(EndpointConfig(url=real_redis.url))
    yield made
    await made.link.close()


def test_two_processes_never_are_in_one_conversation_together(real_redis):
    workers = [process(_count, real_redis.url) for _ in range(2)]
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert int(real_redis.client.get("sum")) == 2 * EACH
    assert not list(real_redis.client.scan_iter("vejviser:lock:*"))


async def test_messages_in_one_process_are_answered_in_their_order_without_waiting(store):
    order: List[int] = []

    async def message(number: int) -> None:
        async with store.lock("one"):
            await asyncio.sleep(0.001)
            order.append(number)

    began = time.monotonic()
    await asyncio.gather(*[message(number) for number in range(50)])
    assert order == list(range(50))
    assert time.monotonic() - began < 5  # Rasa's own store: a second for each that waits


async def test_conversations_do_not_wait_for_each_other(store):
    async with store.lock("one"), store.lock("two"):
        pass


async def test_a_process_that_dies_blocks_its_conversation_for_seconds_only(holder, store):
    holder.kill()  # -9
    holder.join()
    began = time.monotonic()
    async with store.lock("one"):
        assert time.monotonic() - began < LEASE_SECONDS + 2


async def test_a_lock_is_kept_for_as_long_as_the_answer_takes(real_redis):
    store = RedisLockStore(EndpointConfig(url=real_redis.url))
    other = RedisLockStore(EndpointConfig(url=real_redis.url), wait_seconds=LEASE_SECONDS * 1.2)
    async with store.lock("one"):
        began = time.monotonic()
        async with other.lock("one"):  # gives up waiting: help goes before memory
            assert time.monotonic() - began > LEASE_SECONDS
        assert real_redis.client.exists("vejviser:lock:one")  # and takes nothing from the first
    await store.link.close()
    await other.link.close()


async def test_every_lock_ends_by_itself(store, real_redis):
    async with store.lock("one"):
        assert 0 < real_redis.client.pttl("vejviser:lock:one") <= LEASE_SECONDS * 1000
    assert not real_redis.client.exists("vejviser:lock:one")


async def test_an_interrupted_message_frees_its_conversation(store, real_redis):
    async def message() -> None:
        async with store.lock("one"):
            await asyncio.sleep(60)

    for _ in range(3):
        task = asyncio.ensure_future(message())
        while not real_redis.client.exists("vejviser:lock:one"):
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert wait_until(lambda: not real_redis.client.exists("vejviser:lock:one"), 5)


@pytest.mark.parametrize("how", ["stop", "freeze"])
async def test_without_redis_messages_of_one_process_still_queue(store, real_redis, how):
    getattr(real_redis, how)()
    inside, most = 0, 0

    async def message() -> None:
        nonlocal inside, most
        async with store.lock("one"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.002)
            inside -= 1

    began = time.monotonic()
    await asyncio.gather(*[message() for _ in range(20)])
    assert most == 1 and time.monotonic() - began < 8
