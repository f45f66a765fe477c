"""Reads a checkpoint with the standard library alone: python3 read_checkpoint.py FILE [WEIGHTS].

Where WEIGHTS is given, it writes the moving average there, to the byte as the package safetensors 0.8
does: without metadata, in the order of the names.
"""

import hashlib
import json
import math
import struct
import sys
from pathlib import Path

content = Path(sys.argv[1]).read_bytes()
(length,) = struct.unpack_from("<Q", content)
text, numbers = content[8 : 8 + length], content[8 + length :]
header = json.loads(text)
metadata = header.pop("__metadata__")
entry = b'"ddpm.sha256":"%s",' % metadata["ddpm.sha256"].encode()
without = text.replace(entry, b"", 1)
assert len(without) == len(text) - len(entry)
print("digest", hashlib.sha256(without + numbers).hexdigest() == metadata["ddpm.sha256"])
print("aligned", (8 + length) % 8 == 0)
print("step", metadata["ddpm.step"], "seed", metadata["ddpm.seed"])
print("levels", len(json.loads(metadata["ddpm.config"])["multipliers"]))
end = 0
for tensor in header.values():
    begin, after = tensor["data_offsets"]
    assert tensor["dtype"] == "F32" and begin == end
    assert after - begin == 4 * math.prod(tensor["shape"])
    end = after
print("complete", end == len(numbers))
begin, end = header["average.time.1.weight"]["data_offsets"]
values = struct.unpack(f"<{(end - begin) // 4}f", numbers[begin:end])
print("time.1", *(struct.pack(">f", value).hex() for value in values[:3]))
if len(sys.argv) > 2:
    names = sorted(name for name in header if name.startswith("average."))
    places, payload = {}, b""
    for name in names:
        tensor = numbers[slice(*header[name]["data_offsets"])]
        places[name.removeprefix("average.")] = {
            "dtype": "F32",
            "shape": header[name]["shape"],
            "data_offsets": [len(payload), len(payload) + len(tensor)],
        }
        payload += tensor
    plain = json.dumps(places, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % 8)
    Path(sys.argv[2]).write_bytes(struct.pack("<Q", len(plain)) + plain + payload)
