"""The addresses at which a phone in the same room can reach this computer."""

from __future__ import annotations

import ipaddress

import ifaddr

# The private networks (RFC 1918): what is on them cannot be reached from the internet.
_PRIVATE = tuple(ipaddress.ip_network(network) for network in ("192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8"))
# Networks of containers and virtual machines: no phone is on them.
_VIRTUAL = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "lxc", "cni")


def list_addresses() -> list[str]:
    """Return this computer's private IPv4 addresses, home networks (192.168.0.0/16) first; nothing outside is asked.

    Public addresses are left out: a film is received from the local network only.
    """
    found = [
        str(ip.ip)
        for adapter in ifaddr.get_adapters()
        if not adapter.nice_name.startswith(_VIRTUAL)
        for ip in adapter.ips
        if ip.is_IPv4 and is_local(str(ip.ip))
    ]
    return sorted(set(found), key=lambda address: (not address.startswith("192.168."), ipaddress.ip_address(address)))


def is_local(address: str) -> bool:
    """Whether an IPv4 address belongs to a private network (RFC 1918), so that it cannot be reached from the internet."""
    return any(ipaddress.ip_address(address) in network for network in _PRIVATE)
