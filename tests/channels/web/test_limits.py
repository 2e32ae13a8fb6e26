from vejviser.channels.web.limits import ROTATION_SECONDS, Limiter


def test_who_writes_too_fast_is_stopped_and_others_are_not():
    limiter = Limiter("3/minute", "100/minute")
    assert [limiter.conversation_may("a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert limiter.conversation_may("b")


def test_a_client_is_counted_across_conversations():
    limiter = Limiter("100/minute", "2/minute")
    assert [limiter.client_may("192.0.2.1") for _ in range(3)] == [True, True, False]
    assert limiter.client_may("192.0.2.2")


def test_no_address_is_kept():
    limiter = Limiter("3/minute", "100/minute")
    limiter.client_may("192.0.2.77")
    assert "192.0.2.77" not in repr(vars(limiter)) + repr(vars(limiter._counts.storage))


def test_the_pseudonym_changes_every_hour():
    now = [0.0]
    limiter = Limiter("3/minute", "3/minute", clock=lambda: now[0])
    first = limiter.pseudonym("192.0.2.1")
    assert limiter.pseudonym("192.0.2.1") == first
    now[0] = ROTATION_SECONDS + 1
    assert limiter.pseudonym("192.0.2.1") != first


def test_two_servers_have_different_pseudonyms():
    a, b = Limiter("3/minute", "3/minute"), Limiter("3/minute", "3/minute")
    assert a.pseudonym("192.0.2.1") != b.pseudonym("192.0.2.1")
