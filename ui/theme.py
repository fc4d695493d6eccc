"""The design tokens: colours, type sizes and places on a canvas of 1920 x 1080. No drawing here.

Colours never carry a state alone: words, icon, place and fill say it first. Red is the treadmill's own red button,
which stops the belt, and nothing that this station can do.
"""

Colour = tuple[int, int, int]
"""Red, green and blue, 0-255."""


def hex_colour(code: str) -> Colour:
    """The colour written as six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(ground: Colour, over: Colour, share: float) -> Colour:
    """`over` laid on `ground` with this share, 0-1, of its strength."""
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(ground, over, strict=True))
    return red, green, blue


BACKGROUND = hex_colour("0A0F17")
PANEL = hex_colour("131B27")
KEY = hex_colour("1B2635")
TRACK = hex_colour("223044")

INK = hex_colour("F5F8FB")
INK_SOFT = hex_colour("B4C1D1")
INK_FAINT = hex_colour("8496AC")
DARK_INK = hex_colour("07101A")
"""Text on a solid fill."""

OK = hex_colour("62E6B5")
LOW = hex_colour("4DA3FF")
HIGH = hex_colour("FF882A")
REST = hex_colour("E6E0FF")
WARN = hex_colour("FFEB70")
STOP = hex_colour("FF6B6B")
"""The drawing of the treadmill's red button, nothing else."""

STATE_FILLS = {"ok": OK, "low": LOW, "high": HIGH, "rest": REST, "warn": WARN}
"""The fills that must be told apart by everyone."""

TARGET_DIM = mix(BACKGROUND, OK, 0.42)
"""The target while the heart is elsewhere: 3:1 against the background."""
PAST = mix(BACKGROUND, INK_SOFT, 0.36)
"""What is done, on the timeline."""
BODY = hex_colour("3A4656")
"""The drawn body that wears the strap."""

CAPITAL_EM = 0.727
"""Inter's capital height as a share of the type size."""

WIDTH, HEIGHT = 1920, 1080
MARGIN = 48
RIGHT = WIDTH - MARGIN
COLUMN = 1060
"""Left edge of the right-hand column."""

BAND_TOP, BAND_HEIGHT, BAND_RADIUS = 40, 200, 40
DIAL_X, DIAL_Y, DIAL_RADIUS = 550, 672, 320
DIAL_STROKE, TARGET_STROKE = 44, 80
TIMELINE_TOP, TIMELINE_BOTTOM = 952, 1036
PORTRAIT_WIDTH, PORTRAIT_RIGHT = HEIGHT, HEIGHT - MARGIN
KEY_TOP, KEY_WIDTH, KEY_HEIGHT, KEY_GAP = 928, 438, 112, 24
"""Four keys under the screen, each drawn exactly over its own button."""

SIZE_CLOCK = 388
SIZE_CLOCK_LONG = 300
"""Ten minutes or more."""
SIZE_HEART_RATE = 256
SIZE_TITLE = 120
SIZE_CUE = 108
SIZE_CUE_PORTRAIT = 98
"""45 arcmin at 24 inches and 1.5 m."""
SIZE_KEY = 62
SIZE_READOUT = 80
SIZE_SECTION = 68
SIZE_BODY = 56
SIZE_UNIT = 52
SIZE_NOTE = 48
SIZE_LABEL = 46
"""The smallest type on the screen: 21 arcmin at 21.5 inches and 1.5 m is the floor of what is read while walking."""
