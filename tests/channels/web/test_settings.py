import pytest
from rasa.shared.exceptions import RasaException

from vejviser.channels.web.responses import content_policy
from vejviser.channels.web.settings import settings


def test_without_a_secret_each_start_makes_its_own():
    assert settings(None, {}).secret != settings(None, {}).secret
    assert len(settings(None, {}).secret) >= 32


def test_secrets_do_not_show_when_settings_are_printed():
    shown = repr(settings(None, {"VEJVISER_SECRET": "s3cret", "VEJVISER_OPERATOR_TOKEN": "t0ken"}))
    assert "s3cret" not in shown and "t0ken" not in shown


def test_nobody_may_embed_the_page_unless_named():
    assert "frame-ancestors 'none'" in content_policy(settings(None, {}))
    named = settings(None, {"VEJVISER_EMBED_HOSTS": "https://a.dk, https://*.b.dk:8443"})
    assert content_policy(named).endswith("frame-ancestors https://a.dk https://*.b.dk:8443")


@pytest.mark.parametrize(
    "host", ["*", "a.dk", "https://a.dk;script-src", "https://a.dk/x", "'self'"]
)
def test_a_host_that_is_no_host_is_refused_at_the_start(host):
    with pytest.raises(RasaException, match="VEJVISER_EMBED_HOSTS"):
        settings(None, {"VEJVISER_EMBED_HOSTS": host})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://a.dk", "https://"])
def test_quick_exit_goes_to_a_safe_address_only(url):
    with pytest.raises(RasaException, match="exit_url"):
        settings({"exit_url": url}, {})


def test_the_policy_allows_nothing_inline_and_nobody_else():
    policy = content_policy(settings(None, {}))
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "data:" not in policy
