"""Start the app: on this computer only, unless the owner opens it in as many words."""

from __future__ import annotations

import gc
import ipaddress
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from formcheck.support.errors import UsageError
from formcheck.support.memory import use_few_heaps

ASSETS = Path(__file__).parent / "assets"
# `formcheck app --i-know-there-is-no-login` sets it; an administrator who starts Streamlit by hand may set it too.
NO_LOGIN_VARIABLE = "FORMCHECK_I_KNOW_THERE_IS_NO_LOGIN"

LOOPBACK = "127.0.0.1"
ALLOWED_HOSTS = "server.allowedHosts"
ENTRY = ASSETS / "app.py"
# What Streamlit's login needs, each a text (https://docs.streamlit.io/develop/concepts/connections/authentication).
_LOGIN_SETTINGS = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
# Guessing this text allows forging a cookie for any user; 16 random letters and digits have 95 bits.
_MIN_SECRET_LETTERS = 16


def is_loopback(address: str | None) -> bool:
    """Whether only this computer can reach the address; None means every address."""
    if not address:
        return False
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def is_open_without_login() -> bool:
    """Whether the owner said in as many words that others may come in without a login."""
    return os.environ.get(NO_LOGIN_VARIABLE) == "yes"


def read_options() -> dict[str, Any]:
    """The app's settings by Streamlit's names, such as ``server.address``."""
    return _flatten(tomllib.loads((ASSETS / "config.toml").read_text(encoding="utf-8")), "")


def serve(port: int, listen: str | None, no_login_is_fine: bool, names: Sequence[str] = ()) -> None:
    """Run the app until it is stopped.

    Parameters
    ----------
    port
        The TCP port.
    listen
        The address to listen on; None is this computer only.
    no_login_is_fine
        Whether other computers may reach the app although it has no login.
    names
        Further names that browsers may call the app by, such as ``formcheck.example`` or ``192.168.1.20``.

    Raises
    ------
    UsageError
        If other computers could reach the app without a login, and the owner has not accepted that; or if a
        name is not a host name.
    """
    from streamlit.web import cli

    from formcheck.app.ending import clean_up_when_ended
    from formcheck.app.offline import stay_offline

    use_few_heaps()
    stay_offline()
    address = listen or LOOPBACK
    login = read_login()
    own_names = list_names(address, names, login)
    if not is_loopback(address) and login is None:
        if not no_login_is_fine:
            raise UsageError(
                f"on {listen} other computers could see your recordings, and there is no login; set up a login "
                "(docs/remote.md), or add --i-know-there-is-no-login"
            )
        os.environ[NO_LOGIN_VARIABLE] = "yes"
    options = {
        **read_options(),
        "server.port": port,
        "server.address": address,
        # With this set, Streamlit prints the address without asking for this computer's public one.
        "browser.serverAddress": "localhost" if _is_any(address) else address,
    }
    del options[ALLOWED_HOSTS]
    flags = [f"--{name}={_as_flag(value)}" for name, value in options.items()]
    hosts = [f"--{ALLOWED_HOSTS}={name}" for name in own_names]
    clean_up_when_ended()
    cli.main(["run", str(ENTRY), *flags, *hosts], prog_name="streamlit", standalone_mode=False)


def list_names(address: str, names: Sequence[str], login: Mapping[str, str] | None) -> list[str]:
    """Return every name that the app answers to: this computer's own, where it listens, where people log in, and those given.

    Raises
    ------
    UsageError
        If a given name is not the name of a computer.
    """
    from formcheck.app.gate import LOOPBACK_NAMES, parse_host

    found = list(LOOPBACK_NAMES)
    if not is_loopback(address) and not _is_any(address):
        found.append(address.strip("[]"))
    if login is not None and (host := urlsplit(login["redirect_uri"]).hostname):
        found.append(host)
    for name in names:
        bare = name.strip().strip("[]")
        if parse_host(f"[{bare}]" if ":" in bare else bare) is None or "*" in bare:
            raise UsageError(f"--name {name!r} is not a computer's name; give it as in the browser's address bar, without port")
        found.append(bare)
    return list(dict.fromkeys(found))


def _is_any(address: str) -> bool:
    """Whether the address means every address of this computer."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_unspecified
    except ValueError:
        return False


def read_login() -> dict[str, str] | None:
    """The login's settings from Streamlit's secrets; None where there is none, or where a setting is missing or too weak."""
    from streamlit.runtime.secrets import secrets_singleton

    if not secrets_singleton.load_if_toml_exists():
        return None
    section = secrets_singleton.get("auth")
    if not isinstance(section, Mapping):
        return None
    found = {name: str(section.get(name) or "").strip() for name in _LOGIN_SETTINGS}
    complete = all(found.values()) and len(found["cookie_secret"]) >= _MIN_SECRET_LETTERS
    return found if complete else None


def spare_the_collector() -> None:
    """Take what is loaded now out of the garbage collector's work.

    Streamlit collects after every run of a script, several times a second while a page polls. With all libraries loaded, each
    collection held the interpreter for a third of a second, and on a busy computer the server hardly answered any more.
    """
    gc.freeze()


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
