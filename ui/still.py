"""One page on the screen, and nothing else: no keys, no session, for as long as it is wanted."""

import asyncio

import pygame

from ui.paint.painter import Painter
from ui.scene import Scene
from ui.screen import opened

ANEW_S = 1.0
"""A first picture may be lost while the screen is still being set up, and nothing tells of it."""


async def still(scene: Scene, size: tuple[int, int], *, fullscreen: bool) -> None:
    """Show this page until cancelled.

    Raises:
        DeviceSilent: no window can be opened.
    """
    window = opened(size, fullscreen=fullscreen)
    painter = Painter(window.get_size(), scene)
    try:
        while True:
            pygame.event.pump()
            pygame.display.update(painter.paint(window, scene))
            await asyncio.sleep(ANEW_S)
    finally:
        pygame.display.quit()
