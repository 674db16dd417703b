"""Run a command without a network: `python tests/support/offline.py COMMAND ...`.

Where the system lets us, in a network namespace that has nothing but the loopback; else with Python's sockets refusing every other address.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
GUARD = Path(__file__).with_name("offline")


def leave_the_network() -> bool:
    """Move this process into a namespace of its own, loopback up; False where that is not allowed."""
    if sys.platform != "linux":
        return False
    user, group, system = os.getuid(), os.getgid(), ctypes.CDLL(None)
    if system.unshare(NEW_NETWORK) != 0:
        if system.unshare(NEW_USER | NEW_NETWORK) != 0:
            return False
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    up_and_running, set_flags = 0x1 | 0x40, 0x8914
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh22x", b"lo", up_and_running))
    return True


if __name__ == "__main__":
    if not leave_the_network():
        os.environ["PYTHONPATH"] = os.pathsep.join([str(GUARD), *filter(None, [os.environ.get("PYTHONPATH")])])
    os.execvp(sys.argv[1], sys.argv[1:])
