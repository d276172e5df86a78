"""Which servers help a camera's connection through a firewall: none, unless the installation names them."""

from __future__ import annotations

from formcheck.app.film.camera import ice_servers


def test_no_outside_server_unless_one_is_named() -> None:
    assert ice_servers({}) == []


def test_a_remote_install_names_its_servers() -> None:
    settings = {"FORMCHECK_STUN": "stun.example.org:3478", "FORMCHECK_TURN": "turns:turn.example.org"}
    servers = ice_servers({**settings, "FORMCHECK_TURN_USER": "a", "FORMCHECK_TURN_PASSWORD": "b"})
    assert servers == [
        {"urls": ["stun:stun.example.org:3478"]},
        {"urls": ["turns:turn.example.org"], "username": "a", "credential": "b"},
    ]
