"""Where the camera goes, drawn for each exercise: seen from in front of the person, and from above.

In both drawings the phone stands beside the person and points at the side of the working leg; for the short foot, at the inner
side of the foot. From the front the person faces the reader; from above the person faces right.
"""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.support.language import tr

_FLOOR = 246


@dataclass(frozen=True)
class CameraPlace:
    """An exercise's two drawings: the person from the front and from above, as SVG, and what goes with them.

    ``distance`` is the text beside the line between phone and person; ``low`` is a camera near the floor.
    """

    front: str
    above: str
    words: str
    distance: str = "2–3 m"
    low: bool = False


def _thick(kind: str, width: int, *paths: str) -> str:
    lines = "".join(f'<path d="{path}"/>' for path in paths)
    return f'<g class="{kind}" fill="none" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round">{lines}</g>'


def _joint(x: int, y: int) -> str:
    return f'<circle class="fill-accent" cx="{x}" cy="{y}" r="8"/>'


def _rear_knee(x: int) -> str:
    """A knee on a pad on the floor, from the front, which hides the shank behind it."""
    return (
        f'<path class="soft" stroke-width="7" stroke-linecap="round" d="M{x - 24} {_FLOOR - 5} L{x + 24} {_FLOOR - 5}"/>'
        f'<circle class="fill-ink" cx="{x}" cy="{_FLOOR - 16}" r="10"/>'
    )


def _head(y: int) -> str:
    """The head from the front."""
    return f'<circle class="fill-ink" cx="474" cy="{y}" r="18"/>'


def _shoulders(x: int) -> str:
    """Shoulders and head from above."""
    return f'<ellipse class="fill-ink" cx="{x}" cy="62" rx="20" ry="44"/><circle class="fill-page" cx="{x + 6}" cy="62" r="14"/>'


# From the front, the working leg is the one nearer to the phone, on the left of the drawing.
_HALF_KNEELING = CameraPlace(
    front=_head(70)
    + _thick("ink", 10, "M474 96 L474 170", "M474 104 L448 120 L446 158", "M474 104 L500 120 L502 158", "M482 172 L496 234")
    + _rear_knee(496)
    + _thick("accent", 11, "M466 172 L446 176 L446 238 L440 242")
    + _joint(446, 176)
    + _joint(446, 236),
    above=_thick("ink", 18, "M136 46 L66 44") + _thick("accent", 18, "M150 82 L262 82") + _shoulders(140) + _joint(214, 82),
    words=tr("the front leg is the one nearer to the camera"),
)
_KNEE_TO_WALL = CameraPlace(
    front=_head(34)
    + _thick("ink", 10, "M474 60 L474 140", "M474 70 L452 92 L454 120", "M474 70 L496 92 L494 120", "M482 142 L494 194 L498 240")
    + _thick("accent", 11, "M466 142 L448 178 L448 238 L442 242")
    + _joint(448, 178)
    + _joint(448, 236),
    above=_thick("soft", 8, "M316 12 L316 152")
    + _thick("ink", 18, "M172 46 L92 44")
    + _thick("accent", 18, "M186 82 L284 82")
    + _shoulders(176)
    + _joint(262, 82),
    words=tr("the front leg is the one nearer to the camera, and the wall is in the picture"),
)
_HEEL_RAISE = CameraPlace(
    front=_head(24)
    + _thick(
        "ink", 10, "M474 50 L474 132", "M474 60 L452 92 L452 124", "M474 60 L496 92 L496 124", "M482 134 L488 186 L488 226 L492 242"
    )
    + _thick("accent", 11, "M466 134 L460 186 L460 226 L456 242")
    + _joint(460, 186)
    + _joint(460, 226),
    above=_thick("ink", 16, "M206 44 L250 44") + _thick("accent", 16, "M206 82 L250 82") + _shoulders(196),
    words=tr("it sees both feet and the floor below them"),
)
_BALANCE = CameraPlace(
    front=_head(24)
    + _thick(
        "ink", 10, "M474 50 L474 132", "M474 60 L448 92 L430 112", "M474 60 L500 92 L518 112", "M482 134 L500 184 L496 214 L502 218"
    )
    + _thick("accent", 11, "M468 134 L466 188 L466 238 L460 242")
    + _joint(466, 188)
    + _joint(466, 236),
    above=_thick("ink", 16, "M190 44 L226 40") + _thick("accent", 16, "M206 82 L250 82") + _shoulders(196),
    words=tr("the standing leg is the one nearer to the camera, and it sees both feet"),
)
_SHORT_FOOT = CameraPlace(
    front=_thick("ink", 14, "M474 60 L474 206")
    + '<path class="fill-accent" d="M446 244 Q446 206 474 198 Q504 206 504 244 Z"/>'
    + '<circle class="fill-ink" cx="455" cy="222" r="7"/>',
    above=_thick("ink", 14, "M84 62 L150 62")
    + '<path class="ink" fill="none" stroke-width="5" d="M150 40 Q138 62 152 86 Q196 102 236 94 Q262 84 258 56 Q236 32 150 40"/>'
    + '<circle class="fill-accent" cx="186" cy="92" r="8"/><circle class="fill-accent" cx="230" cy="92" r="8"/>',
    words=tr("it sees the inner side of the foot with its stickers"),
    distance=tr("half a meter"),
    low=True,
)
PLACES = {
    "half-kneeling": _HALF_KNEELING,
    "knee-to-wall": _KNEE_TO_WALL,
    "heel-raise": _HEEL_RAISE,
    "soleus-raise": _HEEL_RAISE,
    "short-foot": _SHORT_FOOT,
    "single-leg-balance": _BALANCE,
    "step-drop": _HEEL_RAISE,
}


def draw_front(exercise: str) -> tuple[str, str]:
    """Return the drawing from the front as SVG, and what it shows in words."""
    place = PLACES[exercise]
    height = 216 if place.low else 178
    top = 150 if place.low else 14
    what = tr("foot") if place.low else tr("person from head to feet")
    where = tr("near the floor") if place.low else tr("at hip height or lower")
    words = tr("From the front: the camera stands {distance} to the side of the {what}, {where}; {words}.").format(
        distance=place.distance, what=what, where=where, words=place.words
    )
    drawing = (
        f'<svg viewBox="0 0 640 300" role="img" aria-label="{words}" xmlns="http://www.w3.org/2000/svg"><!-- rules -->'
        f'<line class="soft" x1="16" y1="{_FLOOR}" x2="624" y2="{_FLOOR}" stroke-width="3"/>'
        f'<g class="accent" fill="none" stroke-width="2.5" stroke-dasharray="8 7" opacity="0.8">'
        f'<path d="M112 {height} L410 {top} M112 {height} L410 {_FLOOR}"/></g>'
        f"{_stand(height)}{place.front}"
        f'<path class="soft" stroke-width="2.5" fill="none" d="M106 276 L446 276 M106 269 L106 283 M446 269 L446 283"/>'
        f'<text x="276" y="297" font-size="19" text-anchor="middle">{place.distance}</text>'
        f"{_number(2, 40, height)}{_number(3, 572, 40 if not place.low else 130)}{_number(4, 572, 226)}</svg>"
    )
    return drawing, words


def draw_above(exercise: str) -> tuple[str, str]:
    """Return the drawing from above as SVG, and what it shows in words."""
    place = PLACES[exercise]
    words = tr("From above: the camera points at the leg at a right angle, not from ahead or behind.")
    drawing = (
        f'<svg viewBox="0 0 400 308" role="img" aria-label="{words}" xmlns="http://www.w3.org/2000/svg"><!-- rules -->'
        '<path class="soft" fill="none" stroke-width="2.5" stroke-dasharray="8 7" d="M40 82 L370 82"/>'
        '<path class="accent" fill="none" stroke-width="2.5" stroke-dasharray="8 7" d="M226 244 L226 104"/>'
        f'<path class="ink" fill="none" stroke-width="2.5" d="M226 122 L248 122 L248 104"/>{place.above}'
        '<path class="accent" fill="none" stroke-width="4" stroke-linecap="round" stroke-linejoin="round" '
        'd="M330 112 L372 112 M360 102 L372 112 L360 122"/>'
        '<rect class="fill-accent" x="190" y="252" width="72" height="26" rx="7"/>'
        '<rect class="fill-accent" x="214" y="240" width="24" height="16" rx="4"/>'
        f'<text x="262" y="142" font-size="19">90°</text>{_number(1, 226, 184)}</svg>'
    )
    return drawing, words


def _stand(height: int) -> str:
    """The phone on a box or, near the floor, leaning on a book; its camera points right."""
    phone = (
        f'<rect class="fill-accent" x="84" y="{height - 28}" width="14" height="58" rx="5"/>'
        f'<rect class="fill-accent" x="96" y="{height - 20}" width="10" height="14" rx="4"/>'
    )
    if height + 30 >= _FLOOR:
        return phone
    return (
        phone
        + f'<path class="soft" fill="none" stroke-width="4" d="M70 {_FLOOR} L70 {height + 32} L112 {height + 32} L112 {_FLOOR}"/>'
    )


def _number(number: int, x: int, y: int) -> str:
    return (
        f'<g class="number"><circle class="fill-ink" cx="{x}" cy="{y}" r="15"/>'
        f'<text class="on-ink" x="{x}" y="{y + 7}">{number}</text></g>'
    )
