"""One page on the screen, and nothing else: no keys, no session, for as long as it is wanted."""

import asyncio

import pygame

from ui.paint.painter import Painter
from ui.scene import Scene
from ui.screen import FRAME_S, opened


async def still(scene: Scene, size: tuple[int, int], *, fullscreen: bool) -> None:
    """Show this page until cancelled.

    Raises:
        DeviceSilent: no window can be opened.
    """
    window = opened(size, fullscreen=fullscreen)
    try:
        covered = True
        while True:
            covered |= any(event.type == pygame.VIDEOEXPOSE for event in pygame.event.get())
            if covered:
                pygame.display.update(Painter(window.get_size(), scene).paint(window, scene))
                covered = False
            await asyncio.sleep(FRAME_S)
    finally:
        pygame.display.quit()
