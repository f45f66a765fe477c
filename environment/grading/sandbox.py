"""Starts a program that can read only the files it is given. Linux, by Landlock, without root.

python sandbox.py [--read PATH]… [--run PATH]… [--write PATH]… -- PROGRAM WORD…

Everything else on the disk is out of its reach, it starts only what may run, it connects to no TCP
port, and it signals nothing outside (each as far as the kernel knows it). Without Landlock it exits
with code 77.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import os
import signal
import struct
import sys

SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/dev/random", "/dev/urandom",
          "/dev/null")
# What starts a program; the JDK's is the only one that a hand-in can start.
LOADERS = sorted({os.path.realpath(path) for place in ("/lib", "/lib64", "/lib/*")
                  for path in glob.glob(f"{place}/ld-*.so*")})
UNPROTECTED = 77
CREATE, ADD, RESTRICT = 444, 445, 446  # the same numbers on every architecture
NO_NEW_PRIVILEGES, SIGNAL_AT_PARENTS_DEATH = 38, 1  # of prctl
PATH_BENEATH = 1
VERSION = 1  # the flag that asks for it

EXECUTE, WRITE, READ_FILE, READ_DIR, TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
READ = READ_FILE | READ_DIR
RUN = READ | EXECUTE
OF_FILES = EXECUTE | WRITE | READ_FILE | TRUNCATE
CONNECT_TCP = 1 << 1
SOCKETS_AND_SIGNALS = 0b11
LARGEST_FILE = 100 * 1024 * 1024
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def version() -> int:
    """The version of Landlock; 0 if this system has none."""
    return max(0, LIBC.syscall(CREATE, None, 0, VERSION)) if LIBC else 0


def rights(known: int) -> int:
    """All rights on files that a version of Landlock knows."""
    return (1 << (13 + (known >= 2) + (known >= 3) + (known >= 5))) - 1


def die_with_parent() -> None:
    """Lets this process be killed when the one that started it ends, however that ends."""
    if LIBC:
        LIBC.prctl(SIGNAL_AT_PARENTS_DEATH, int(signal.SIGKILL), 0, 0, 0)


def restrict(readable: list[str], runnable: list[str], writable: list[str]) -> None:
    """Takes from this process, for good, all files but these."""
    known = version()
    everything = rights(known)
    fields = [everything]
    if known >= 4:
        fields.append(CONNECT_TCP)
    if known >= 6:
        fields.append(SOCKETS_AND_SIGNALS)
    attributes = struct.pack(f"{len(fields)}Q", *fields)
    ruleset = checked(LIBC.syscall(CREATE, attributes, len(attributes), 0))
    for path in readable:
        allow(ruleset, path, READ)
    for path in runnable:
        allow(ruleset, path, RUN)
    for path in writable:
        allow(ruleset, path, everything & ~EXECUTE)
    checked(LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    checked(LIBC.syscall(RESTRICT, ruleset, 0))


def allow(ruleset: int, path: str, access: int) -> None:
    """Lets the process use a file, or a folder and all below it; what is missing is left out."""
    if not os.path.exists(path):
        return
    if not os.path.isdir(path):
        access &= OF_FILES
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", access & rights(version()), place)
    checked(LIBC.syscall(ADD, ruleset, PATH_BENEATH, rule, 0))
    os.close(place)


def checked(result: int) -> int:
    """The result of a system call that must not fail."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def main() -> None:
    """Becomes the program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--read", action="append", default=[])
    parser.add_argument("--run", action="append", default=[])
    parser.add_argument("--write", action="append", default=[])
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    if not version():
        sys.exit(UNPROTECTED)
    import resource  # which only Unix has

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    restrict(options.read, options.run, options.write)
    os.execv(options.program[0], options.program)


if __name__ == "__main__":
    main()
