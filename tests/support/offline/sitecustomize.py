"""Python without a network, for systems that have no namespaces: every address but the loopback is refused."""

import errno
import ipaddress
import socket

_connect = socket.socket.connect


def _loopback(address) -> bool:
    if isinstance(address, (str, bytes)):  # a socket in the file system
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


def connect(self, address):
    """Connect to this machine, or fail as without a network."""
    if not _loopback(address):
        raise OSError(errno.ENETUNREACH, f"no network in this test: {address}")
    return _connect(self, address)


socket.socket.connect = connect
