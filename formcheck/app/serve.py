"""Start the app: on this computer only, unless told otherwise in as many words."""

from __future__ import annotations

import ipaddress
import json
import os
import tomllib
from pathlib import Path
from typing import Any

from formcheck.support.errors import UsageError
from formcheck.support.memory import use_few_heaps

ASSETS = Path(__file__).parent / "assets"
# Set by `formcheck app --i-know-there-is-no-login`; an administrator who starts Streamlit by hand may set it too.
NO_LOGIN_VARIABLE = "FORMCHECK_I_KNOW_THERE_IS_NO_LOGIN"

LOOPBACK = "127.0.0.1"
ALLOWED_HOSTS = "server.allowedHosts"


def is_loopback(address: str | None) -> bool:
    """Whether only this computer can reach the address; None means every address there is."""
    if not address:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def told_no_login() -> bool:
    """Whether somebody said in as many words that there is no login and that this is wanted."""
    return os.environ.get(NO_LOGIN_VARIABLE) == "yes"


def read_options() -> dict[str, Any]:
    """The app's settings by Streamlit's names, such as ``server.address``."""
    return _flatten(tomllib.loads((ASSETS / "config.toml").read_text(encoding="utf-8")), "")


def serve(port: int, listen: str | None, no_login_is_fine: bool) -> None:
    """Run the app until it is stopped.

    Parameters
    ----------
    port
        The TCP port.
    listen
        The address to listen on; None is this computer only.
    no_login_is_fine
        Whether other computers may reach the app although it has no login.

    Raises
    ------
    UsageError
        If other computers could reach the app, it has no login, and nobody said that this is fine.
    """
    from streamlit.web import cli

    use_few_heaps()
    options = {**read_options(), "server.port": port, "server.address": listen or LOOPBACK}
    beyond, login = not is_loopback(listen or LOOPBACK), _has_login()
    if beyond or login:
        # There the computer has other names, or a proxy's; with a login a rebound name has no cookie that counts.
        options[ALLOWED_HOSTS] = ["*"]
    if beyond and not login:
        if not no_login_is_fine:
            raise UsageError(
                f"on {listen} other computers could see your recordings, and there is no login; set up a login "
                "(docs/remote.md), or add --i-know-there-is-no-login"
            )
        os.environ[NO_LOGIN_VARIABLE] = "yes"
    hosts = [f"--{ALLOWED_HOSTS}={host}" for host in options.pop(ALLOWED_HOSTS)]
    flags = [f"--{name}={_as_flag(value)}" for name, value in options.items()]
    cli.main(["run", str(ASSETS / "app.py"), *flags, *hosts], prog_name="streamlit", standalone_mode=False)


def _has_login() -> bool:
    """Whether Streamlit's secrets hold an ``[auth]`` section."""
    import streamlit as st
    from streamlit.errors import StreamlitSecretNotFoundError

    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False


def _as_flag(value: Any) -> str:
    """A setting as Streamlit's command line reads it: lists and booleans as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _flatten(table: dict[str, Any], prefix: str) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = value
    return flat
