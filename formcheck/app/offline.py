"""Keep the libraries under the app from asking anybody outside this computer.

Streamlit asks a web service for this computer's public address, and accepts what it answers as an origin of its own pages; aiortc
and streamlit-webrtc fall back on a public STUN server; aioice looks up names that end in ``.local`` by multicast. formcheck needs
none of these: the owner gives the names that the app answers to (`formcheck.app.gate`), and a camera on this computer needs no STUN
server. ``tests/integration/robustness/test_network.py`` runs the app under strace.
"""

from __future__ import annotations

from typing import Any


def stay_offline() -> None:
    """Close what Streamlit asks outside. Call it before the server starts; calling it again changes nothing."""
    from streamlit import net_util

    for name in ("get_external_ip", "get_internal_ip"):
        _replace(net_util, name, _know_no_address)


def stay_offline_with_the_camera() -> None:
    """Close what the camera's connection asks outside: the default STUN servers and the multicast look-up of names."""
    import streamlit_webrtc.component
    from aioice import mdns
    from aiortc import RTCIceGatherer

    _replace(RTCIceGatherer, "getDefaultIceServers", list)
    _replace(streamlit_webrtc.component, "get_available_ice_servers", list)
    # A browser that may use the camera gives its addresses as numbers, so no connection is lost.
    _replace(mdns, "create_mdns_protocol", _create_no_protocol)


def _replace(owner: Any, name: str, value: object) -> None:
    """Put a function of ours in the place of one that is there: where a library renames it, that must be noticed."""
    getattr(owner, name)
    setattr(owner, name, value)


def _know_no_address() -> None:
    return None


class _NoProtocol:
    """Stands in for aioice's multicast socket."""

    async def resolve(self, _: str) -> None:
        return None

    async def close(self) -> None:
        return None


async def _create_no_protocol() -> _NoProtocol:
    return _NoProtocol()
