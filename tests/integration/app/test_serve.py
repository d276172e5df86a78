"""The app is reached from this computer only, unless it has a login or is told that none is needed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from formcheck.app import serve
from formcheck.support.errors import UsageError


def test_the_checkout_and_the_package_have_the_same_settings() -> None:
    checkout = Path(serve.__file__).parents[2] / ".streamlit" / "config.toml"
    if not checkout.is_file():
        pytest.skip("not a checkout")
    assert tomllib.loads(checkout.read_text()) == tomllib.loads((serve.ASSETS / "config.toml").read_text())


def test_the_settings_keep_everything_on_this_computer() -> None:
    options = serve.read_options()
    assert options["server.address"] == "127.0.0.1"
    assert options["browser.gatherUsageStats"] is False
    assert options["server.enableXsrfProtection"] is True
    assert options["server.maxUploadSize"] == 1024
    assert options["theme.light.primaryColor"] != options["theme.dark.primaryColor"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.1.2.3", "localhost", "::1", "[::1]"])
def test_addresses_that_only_this_computer_reaches(address: str) -> None:
    assert serve.is_loopback(address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.168.1.5", "example.org", "127.0.0.1.example.org"])
def test_addresses_that_others_may_reach(address: str | None) -> None:
    assert not serve.is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.5"])
def test_it_does_not_listen_beyond_this_computer_without_a_login(address: str) -> None:
    with pytest.raises(UsageError, match="there is no login"):
        serve.serve(8501, address, no_login_is_fine=False)
