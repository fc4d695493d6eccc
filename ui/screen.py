"""The window: shows the page of the newest moment and reports keys, touches and the closing of the window.

Responsible for pygame's display and events; what is on a page is the pages', how it is painted the painter's.
Nothing but display and fonts is switched on: sound has its own place, and its absence must never cost a picture.
"""

import asyncio
import math
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pygame

from station.errors import DeviceSilent
from station.intents import Intent
from station.moment import Moment
from ui.pages.choose import page
from ui.pages.said import Held, held
from ui.paint.painter import Painter
from ui.scene import Scene, format_of
from ui.wording.catalogue import words_in

FRAME_S = 1 / 15
"""How often keys are looked at; painting happens only when something changed."""
MOST_A_SECOND = 3
"""At most three changes a second, however fast a simulated session runs (WCAG 2.3.1)."""
LEAST_BETWEEN_S = 0.35
CALM_BEFORE_S = 2 * LEAST_BETWEEN_S
"""After so much calm two changes may follow each other closely: the strap's beat need not wait for the second's."""
BLIND_DRIVERS = frozenset({"dummy", "offscreen", "evdev"})
"""SDL's video drivers that show nothing to anybody."""


def why_no_window() -> str | None:
    """Why no window can be opened here, as a sentence for staff; None when one can."""
    if pygame.display.get_init():
        return None if pygame.display.get_driver() not in BLIND_DRIVERS else _blind(pygame.display.get_driver())
    # SDL would turn a SIGTERM into an event that nobody reads before the loop runs: the station would not stop.
    os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
    try:
        pygame.display.init()
    except pygame.error as error:
        return f"no display was found ({error})."
    driver = pygame.display.get_driver()
    pygame.display.quit()
    return _blind(driver) if driver in BLIND_DRIVERS else None


def paints_without_desktop(maps: Path = Path("/proc/self/maps")) -> bool:
    """Whether this SDL was built with KMSDRM, so that it can paint on a bare console; PyPI's `pygame` was not.

    SDL itself tells only that a driver is "not available", which a cable that is out says, too.
    """
    libraries = {line.split()[-1] for line in maps.read_text(encoding="utf-8").splitlines() if "/libSDL2-2" in line}
    return any(b"KMSDRM" in Path(library).read_bytes() for library in libraries)


class PygameScreen:
    """A window, or the whole screen, that shows moments: implements `station.ports.Screen`."""

    def __init__(
        self, size: tuple[int, int] = (1920, 1080), *, fullscreen: bool = False, keys: Mapping[str, Intent]
    ) -> None:
        self._size = size
        self._fullscreen = fullscreen
        self._keys = keys
        self._moment: Moment | None = None
        self._painted: Moment | None = None
        self._scene: Scene | None = None
        self._painter: Painter | None = None
        self._held: Held | None = None
        self._covered = False
        self._painted_at_s: deque[float] = deque(maxlen=MOST_A_SECOND)
        self._pressed = False
        self._on_screen_s = -math.inf

    @property
    def painted_s(self) -> float:
        """The second of the reading in the picture that is on the screen now; minus infinity before the first."""
        return self._on_screen_s

    def show(self, moment: Moment) -> None:
        """Take this moment as the one to be seen from now on."""
        self._moment = moment

    async def run(self, report: Callable[[Intent], None]) -> None:
        """Open the window, paint and report until cancelled; closes the window then.

        Raises:
            DeviceSilent: no window can be opened.
        """
        window = opened(self._size, fullscreen=self._fullscreen)
        try:
            while True:
                for intent in self._intents():
                    self._pressed = True
                    report(intent)
                self._paint(window)
                await asyncio.sleep(FRAME_S)
        finally:
            pygame.display.quit()
            self._scene = self._painted = None

    def _paint(self, window: pygame.Surface) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._moment is None or self._moment is self._painted or not (self._pressed or self._may_change(now_s)):
            return
        moment, self._painted, self._pressed = self._moment, self._moment, False
        self._painted_at_s.append(now_s)
        self._held = held(self._held, moment, words_in(moment.language)) if moment.session.training else None
        before, self._covered = None if self._covered else self._scene, False
        self._scene = page(moment, format_of(window.get_size()), message=self._held.message if self._held else None)
        if self._painter is None or self._painter.size != window.get_size():
            self._painter, before = Painter(window.get_size(), self._scene), None
        pygame.display.update(self._painter.paint(window, self._scene, before))
        self._on_screen_s = moment.reading.at_s

    def _may_change(self, now_s: float) -> bool:
        """Whether the picture may change already; what a person presses is answered at once, whatever this says."""
        changed_s = [now_s - at_s for at_s in reversed(self._painted_at_s)]
        if len(changed_s) == MOST_A_SECOND and changed_s[-1] < 1.0:
            return False
        return not changed_s or changed_s[0] >= LEAST_BETWEEN_S or len(changed_s) == 1 or changed_s[1] >= CALM_BEFORE_S

    def _intents(self) -> Iterator[Intent]:
        for event in pygame.event.get():
            intent = None
            if event.type == pygame.QUIT:
                intent = Intent.QUIT
            elif event.type == pygame.KEYDOWN:
                intent = self._of_key(event)
            elif event.type == pygame.MOUSEBUTTONDOWN:
                intent = self._touched(event.pos)
            elif event.type == pygame.VIDEOEXPOSE:
                # The scene stays, so that a touch in the meantime still finds its key.
                self._painted, self._covered = None, True
                self._painted_at_s.clear()
            if intent is not None:
                yield intent

    def _of_key(self, event: pygame.event.Event) -> Intent | None:
        interrupted = event.key == pygame.K_c and event.mod & pygame.KMOD_CTRL
        # pygame has names for the English letters only.
        name = pygame.key.name(event.key) or getattr(event, "unicode", "").lower()
        return Intent.QUIT if interrupted else self._keys.get(name)

    def _touched(self, position: tuple[int, int]) -> Intent | None:
        if self._scene is None or self._painter is None:
            return None
        point = self._painter.canvas_point(position)
        return next((touch.intent for touch in self._scene.touches if touch.hit(*point)), None)


def opened(size: tuple[int, int], *, fullscreen: bool) -> pygame.Surface:
    """A window of this size in pixels, or the whole screen.

    Raises:
        DeviceSilent: none can be opened.
    """
    # A touch that also gives the window the keyboard is a touch all the same.
    os.environ.setdefault("SDL_MOUSE_FOCUS_CLICKTHROUGH", "1")
    try:
        pygame.display.init()
        window = pygame.display.set_mode((0, 0) if fullscreen else size, pygame.FULLSCREEN if fullscreen else 0)
    except pygame.error as error:
        pygame.display.quit()
        message = f"no window can be opened ({error}); check the screen's cable, or start the command headless"
        raise DeviceSilent("screen", message) from error
    pygame.display.set_caption("Motbakke")
    pygame.mouse.set_visible(not fullscreen)
    return window


def _blind(driver: str) -> str:
    return f"SDL's video driver is {driver!r}, which shows nothing."
