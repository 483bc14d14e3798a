"""Archived segments as an older release would have left them: of other rules, all else the same."""

import struct
import zlib

OLDER = 1
HEADER = 64
SEGMENT_HEADER = 64


def _table():
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ (0x82F63B78 if byte & 1 else 0)
        rows.append(byte)
    return rows


TABLE = _table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def sign(header):
    """Its last four bytes are the checksum of those before."""
    return header[:-4] + struct.pack("<I", crc32c(header[:-4]))


def make_older(path):
    with open(path, "rb") as file:
        whole = file.read()
    header, segment = bytearray(whole[:HEADER]), bytearray(zlib.decompress(whole[HEADER:]))
    assert bytes(sign(header)) == whole[:HEADER]
    struct.pack_into("<I", segment, 12, OLDER)
    segment[:SEGMENT_HEADER] = sign(segment[:SEGMENT_HEADER])
    packed = zlib.compress(bytes(segment), 1)
    struct.pack_into("<I", header, 12, crc32c(segment))
    struct.pack_into("<QI", header, 48, len(packed), crc32c(packed))
    with open(path, "wb") as file:
        file.write(sign(header) + packed)
