"""Images as IDX files, the format of MNIST: unsigned bytes in a box of one to four dimensions."""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

from labkit import places

MNIST = places.ROOT / "src" / "main" / "resources" / "ddpm" / "data" / "mnist"
UNSIGNED_BYTE = 8


def read(path: Path) -> tuple[tuple[int, ...], bytes]:
    """The dimensions and the bytes of a file, plain or gzip, last dimension fastest."""
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = gzip.decompress(content)
    zero, kind, rank = struct.unpack_from(">HBB", content.ljust(4, b"\xff"))
    start = 4 + 4 * rank
    if zero != 0 or kind != UNSIGNED_BYTE or not 1 <= rank <= 4 or len(content) < start:
        raise ValueError(f"{path} is no IDX file of bytes: it starts with {content[:4].hex(' ')}")
    size = struct.unpack_from(f">{rank}I", content, 4)
    data = content[start:]
    if len(data) != math.prod(size):
        raise ValueError(f"{path} holds {len(data):,} bytes, but its header says {size}")
    return size, data


def write(path: Path, size: tuple[int, ...], data: bytes) -> None:
    """Writes a plain file."""
    if len(data) != math.prod(size):
        raise ValueError(f"{len(data):,} bytes do not fill the dimensions {size}")
    header = struct.pack(f">HBB{len(size)}I", 0, UNSIGNED_BYTE, len(size), *size)
    path.write_bytes(header + data)


def mnist(name: str) -> tuple[tuple[int, ...], bytes]:
    """One of the files inside the library, such as train-images."""
    return read(MNIST / f"{name}-idx3-ubyte.gz")
