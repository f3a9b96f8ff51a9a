"""The bytes of a journal, read with nothing but include/store/segment.h and proto/ beside it.

A segment is a header of 32 bytes, then records: u32 crc, u32 length, u64 batch, and so many bytes of
protobuf. The check sums are left to `dispatcher check`: in Python they would take longer than all
else together.
"""

import os
import struct

HEADER = 32
RECORD_HEADER = 16
MAGIC = b"CWJOURNL"


class Broken(Exception):
    """The journal cannot be read; says where."""


def segments(folder):
    """The paths of a journal's segments, in order."""
    names = sorted(n for n in os.listdir(folder) if n.startswith("journal-") and n.endswith(".seg"))
    if not names:
        raise Broken(folder + ": there is no journal")
    return [os.path.join(folder, name) for name in names]


def varint(data, at):
    """The number at `at`, and where it ends."""
    value = data[at]
    at += 1
    if value < 128:
        return value, at
    value &= 127
    shift = 7
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def signed(value):
    """A number that may be below 0, as protobuf writes an int64 or int32."""
    return value - (1 << 64) if value >> 63 else value


def fields(data, at, end):
    """The fields of a message: (number, wire type, value) one after another."""
    while at < end:
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            length, at = varint(data, at)
            value = data[at : at + length]
            at += length
        elif kind == 1:
            value = data[at : at + 8]
            at += 8
        elif kind == 5:
            value = data[at : at + 4]
            at += 4
        else:
            raise Broken("a message has a field of a kind that there is not")
        yield tag >> 3, kind, value


def message(data, repeated=0):
    """A message as a dictionary by field number; the field `repeated` is a list."""
    result = {}
    at = 0
    end = len(data)
    while at < end:  # as fields(), without the cost of a generator
        tag = data[at]
        at += 1
        if tag > 127:
            more, at = varint(data, at)
            tag = tag & 127 | more << 7
        kind = tag & 7
        number = tag >> 3
        if kind == 0:
            value = data[at]
            at += 1
            if value > 127:
                value, at = varint(data, at - 1)
        elif kind == 2:
            length, at = varint(data, at)
            value = data[at : at + length]
            at += length
        else:
            size = 8 if kind == 1 else 4
            value = data[at : at + size]
            at += size
        if number == repeated:
            result.setdefault(number, []).append(value)
        else:
            result[number] = value
    return result


def records(path):
    """The records of a segment: (offset, batch, payload)."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:8] != MAGIC:
        raise Broken(path + ": is not a segment of a journal")
    at = HEADER
    while at < len(data):
        if len(data) - at < RECORD_HEADER:
            raise Broken("%s: offset %d: a record is cut short" % (path, at))
        _, length, batch = struct.unpack_from("<IIQ", data, at)
        end = at + RECORD_HEADER + length
        if end > len(data):
            raise Broken("%s: offset %d: a record is cut short" % (path, at))
        yield at, batch, data[at + RECORD_HEADER : end]
        at = end


def facts(folder):
    """All facts of a journal: (seq, at_ms, kind, content), kind being the number of the field."""
    for path in segments(folder):
        for offset, _, payload in records(path):
            if payload[0] != 0x08:
                raise Broken("%s: offset %d: a fact without a number" % (path, offset))
            seq, at = varint(payload, 1)
            at_ms = 0
            if payload[at] == 0x10:
                at_ms, at = varint(payload, at + 1)
            tag, at = varint(payload, at)
            length, at = varint(payload, at)
            yield seq, at_ms, tag >> 3, payload[at : at + length]


# ---- Writing: for tests that change a journal ----


def put_varint(value):
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    result.append(value)
    return bytes(result)


def put_fields(parts):
    """The bytes of fields as fields() gives them."""
    result = bytearray()
    for number, kind, value in parts:
        result += put_varint(number << 3 | kind)
        if kind == 0:
            result += put_varint(value)
        elif kind == 2:
            result += put_varint(len(value)) + value
        else:
            result += value
    return bytes(result)


def crc32c(data):
    """Castagnoli's polynomial, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def seal(batch, payload):
    """A record."""
    rest = struct.pack("<IQ", len(payload), batch) + payload
    return struct.pack("<I", crc32c(rest)) + rest
