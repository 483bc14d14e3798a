"""Ways to damage a journal's files, and to see whether they were touched."""

import glob
import hashlib
import os

HEADER = 4096


def segments(data):
    return sorted(glob.glob(os.path.join(data, "**", "segment-*.journal"), recursive=True))


def last_used(path):
    """Offset behind the last byte that is not zero."""
    with open(path, "rb") as file:
        return len(file.read().rstrip(b"\0"))


def used_segments(data):
    return [path for path in segments(data) if last_used(path) > HEADER]


def overwrite(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def flip(path, offset, bit):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ (1 << bit)]))


def digests(data):
    found = {}
    for path in segments(data):
        with open(path, "rb") as file:
            found[path] = hashlib.sha256(file.read()).digest()
    return found
