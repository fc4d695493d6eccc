"""CSAFE a second time, written another way than the driver: by searching and replacing in whole streams."""

import re
from functools import reduce
from operator import xor

FRAME = re.compile(rb"\xf1([^\xf0\xf1\xf2]*)\xf2")
ESCAPED = re.compile(rb"\xf3(.?)", re.DOTALL)


def sealed(contents: bytes) -> bytes:
    """The frame around these contents."""
    body = contents + bytes([reduce(xor, contents, 0)])
    for last in (3, 0, 1, 2):
        body = body.replace(bytes([0xF0 + last]), bytes([0xF3, last]))
    return b"\xf1" + body + b"\xf2"


def opened(stream: bytes) -> list[bytes]:
    """The contents of all whole standard frames in the stream."""
    found = []
    for body in FRAME.findall(stream):
        escapes = ESCAPED.findall(body)
        if len(body) > 119 or any(escape not in (b"\0", b"\1", b"\2", b"\3") for escape in escapes):
            continue
        plain = ESCAPED.sub(lambda escape: bytes([0xF0 | escape[1][0]]), body)
        if plain and reduce(xor, plain) == 0:
            found.append(plain[:-1])
    return found
