"""Find out whether an H.264 video's B-frames can be left out without changing any other frame.

A B-frame is predicted from an earlier and a later frame. In many videos some B-frames serve others as reference, and a decoder that
skips "unreferenced" frames has to decode those. But often they serve only the B-frames beside them. Which frames a frame may be
predicted from is stated in the header of each of its slices (ITU-T H.264, 7.3.3), so reading the headers of the whole file answers
the question. A file with anything unusual counts as one whose B-frames are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

# Longer files are not read once more only for this.
MAX_BYTES = 512 * 2**20
# A phone writes up to 8 units (slices and messages) a frame.
MAX_UNITS_A_FRAME = 64
# More bytes than a slice's header takes up to the last field that is read.
HEADER_BYTES = 64
# Types of units, table 7-1.
SLICE, IDR_SLICE, SEQUENCE, PICTURE = 1, 5, 7, 8
# Delimiter, supplemental information, end of sequence and of stream, filler: they refer to no frame.
HARMLESS = {6, 9, 10, 11, 12}
# Types of slices, table 7-6, modulo 5.
P, B, I = 0, 1, 2  # noqa: E741 - the standard's names
# Profiles whose sequence parameters state the color format, 7.3.2.1.1.
HIGH_PROFILES = {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}


class _Unusual(Exception):  # noqa: N818 - never leaves this module
    """The file has something that is not read here."""


def _require(usual: bool) -> None:
    if not usual:
        raise _Unusual


class _Bits:
    """Reads a unit's fields; the names are those of the standard's descriptors (7.2)."""

    def __init__(self, unit: bytes) -> None:
        plain = unit[1:].replace(b"\0\0\3", b"\0\0")  # emulation prevention, 7.4.1
        self._text = f"{int.from_bytes(plain, 'big'):0{8 * len(plain)}b}"
        self._at = 0

    def u(self, count: int) -> int:
        """Return an unsigned number of ``count`` bits."""
        text = self._text[self._at : self._at + count]
        _require(len(text) == count)
        self._at += count
        return int(text, 2) if count else 0

    def ue(self) -> int:
        """Return an unsigned number in exponential-Golomb code (9.1)."""
        one = self._text.find("1", self._at)
        _require(0 <= one - self._at <= 32)
        zeros, self._at = one - self._at, one
        return self.u(zeros + 1) - 1


@dataclass(frozen=True)
class _Sequence:
    """How many bits a frame number has, and the lower part of the picture's order (0: it is not stated)."""

    number_bits: int
    order_bits: int

    @classmethod
    def read(cls, unit: bytes) -> _Sequence:
        bits = _Bits(unit)
        profile, _, _, _ = bits.u(8), bits.u(8), bits.u(8), bits.ue()
        if profile in HIGH_PROFILES:
            _require(bits.ue() in (0, 1, 2))  # color planes are not coded separately
            bits.ue(), bits.ue(), bits.u(1)
            _require(not bits.u(1))  # no scaling matrix
        number_bits, order_type = bits.ue() + 4, bits.ue()
        _require(order_type in (0, 2))
        order_bits = bits.ue() + 4 if order_type == 0 else 0
        bits.ue()
        _require(not bits.u(1))  # no gaps in the numbers
        bits.ue(), bits.ue()
        _require(bool(bits.u(1)))  # no fields
        return cls(number_bits, order_bits)


@dataclass(frozen=True)
class _Picture:
    """Whether slices state a second part of the order, and how many references a P-slice has by default."""

    more_order: bool
    references: int

    @classmethod
    def read(cls, unit: bytes) -> tuple[int, _Picture]:
        bits = _Bits(unit)
        number, _, _, more_order = bits.ue(), bits.ue(), bits.u(1), bool(bits.u(1))
        _require(bits.ue() == 0)  # no slice groups
        references = bits.ue() + 1
        bits.ue(), bits.u(3), bits.ue(), bits.ue(), bits.ue(), bits.u(2)
        _require(not bits.u(1))  # no redundant slices
        return number, cls(more_order, references)


@dataclass(frozen=True)
class _Slice:
    """A slice's type and its frame's number; of a P-slice how many references it has, and the changes of their order."""

    kind: int
    number: int
    references: int = 0
    changes: tuple[tuple[int, int], ...] = ()


@dataclass
class _Checker:
    """Checks a video's frames in decoding order. ``longest`` is the longest time between two that are no B-frames so far."""

    length_bytes: int
    sequence: _Sequence
    pictures: dict[int, _Picture]
    known: set[bytes]
    longest: int = 0
    _latest: int | None = None
    _anchor: int = -1
    _last_is_anchor: bool = False

    @classmethod
    def of(cls, header: bytes) -> _Checker:
        """Begin with the parameters in the container's header (avcC: ISO/IEC 14496-15, 5.3.3.1)."""
        _require(len(header) > 6 and header[0] == 1 and header[5] & 31 == 1)
        units, at = [], 6
        for last in (1, None):
            count = 1 if last else header[at]
            at += 0 if last else 1
            for _ in range(count):
                size = int.from_bytes(header[at : at + 2], "big")
                units.append(header[at + 2 : at + 2 + size])
                at += 2 + size
                _require(size > 0 and at <= len(header))
        pictures = dict(_Picture.read(unit) for unit in units[1:])
        return cls((header[4] & 3) + 1, _Sequence.read(units[0]), pictures, set(units))

    def check(self, order: int, data: bytes) -> None:
        """Take the next frame, shown at ``order``; raise `_Unusual` if it is no B-frame and may need one."""
        slices = [unit for unit in self._split(data) if unit[0] & 31 in (SLICE, IDR_SLICE)]
        _require(bool(slices))
        read = [self._read(unit) for unit in slices]
        is_reference = bool(slices[0][0] >> 5 & 3)
        if all(found.kind == B for found in read):
            self._last_is_anchor &= not is_reference
            return
        # frames that are no B-frames are shown in the order in which they are stored
        _require(is_reference and (self._latest is None or order > self._latest))
        for found in read:
            _require(found.kind == I or (found.kind == P and found.references == 1 and self._is_from_anchor(found)))
        self.longest = max(self.longest, order - self._latest if self._latest is not None else 0)
        self._latest, self._anchor, self._last_is_anchor = order, read[0].number, True

    def _is_from_anchor(self, found: _Slice) -> bool:
        """Whether the one reference of a P-slice is the last frame before it that is no B-frame (8.2.4.2.1, 8.2.4.3.1)."""
        if not found.changes:
            return self._last_is_anchor
        (operation, less), *more = found.changes
        return not more and operation == 0 and (found.number - less - 1) % (1 << self.sequence.number_bits) == self._anchor

    def _split(self, data: bytes) -> Iterator[bytes]:
        """Yield the beginnings of a frame's units."""
        at = units = 0
        while at < len(data):
            size = int.from_bytes(data[at : at + self.length_bytes], "big")
            at += self.length_bytes
            units += 1
            _require(0 < size <= len(data) - at and units <= MAX_UNITS_A_FRAME)
            kind = data[at] & 31
            if kind in (SEQUENCE, PICTURE):
                _require(data[at : at + size] in self.known)
            else:
                _require(kind in HARMLESS or kind in (SLICE, IDR_SLICE))
            yield data[at : at + min(size, HEADER_BYTES)]
            at += size

    def _read(self, unit: bytes) -> _Slice:
        bits = _Bits(unit)
        _, kind, picture = bits.ue(), bits.ue() % 5, self.pictures.get(bits.ue())
        _require(kind in (P, B, I) and picture is not None)
        assert picture is not None
        number = bits.u(self.sequence.number_bits)
        if unit[0] & 31 == IDR_SLICE:
            bits.ue()
        if self.sequence.order_bits:
            bits.u(self.sequence.order_bits)
            if picture.more_order:
                bits.ue()
        if kind != P:
            return _Slice(kind, number)
        references = bits.ue() + 1 if bits.u(1) else picture.references
        return _Slice(kind, number, references, tuple(_read_changes(bits)))


def _read_changes(bits: _Bits) -> Iterable[tuple[int, int]]:
    if bits.u(1):
        while (operation := bits.ue()) != 3:
            yield operation, bits.ue()


def find_longest_gap(stream: Any, packets: Iterable[Any]) -> int | None:
    """Return the longest time between two frames that are no B-frames; None if those may change where B-frames are not decoded.

    Parameters
    ----------
    stream, packets
        An H.264 stream of an open MP4 or MOV file, and all its packets, in decoding order. The result is in their unit of time.
    """
    try:
        checker = _Checker.of(bytes(stream.codec_context.extradata or b""))
        for packet in packets:
            if packet.size:
                _require(packet.pts is not None)
                checker.check(packet.pts, bytes(packet))
    except _Unusual:
        return None
    return checker.longest
