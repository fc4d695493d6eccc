"""What the patient hears: three tones, ticks before a change, short sentences. With the screen the only user of pygame.

Responsible for never being needed: without an audio device, a recording or the right, the station is silent and
goes on. What to sound is `ui.spoken`'s; nothing is synthesised here, speech lies ready in files.
"""

import logging
import math
from array import array
from collections.abc import Sequence
from pathlib import Path

import pygame

from station.language import Language
from station.moment import Moment
from ui.paint.cache import Cache
from ui.spoken import Heard, Tone, heard

log = logging.getLogger(__name__)

RATE_HZ = 22050
FADE_S = 0.012
"""A tone that begins and ends softly does not click."""
VOICES = Path(__file__).parent / "voices"
"""Where the sentences lie that were made at build time, by language: `python -m ui.voice` makes them."""
MOST_SENTENCES = 16
FILES = (".ogg", ".wav")

NOTES: dict[Tone, tuple[tuple[float, float], ...]] = {
    # Hertz and seconds. Up means more, down means less, one note means look here; none is shrill.
    Tone.ATTENTION: ((659.3, 0.18), (0.0, 0.06), (659.3, 0.18)),
    Tone.GO: ((523.3, 0.14), (784.0, 0.28)),
    Tone.EASE: ((523.3, 0.16), (392.0, 0.34)),
    Tone.TICK: ((880.0, 0.07),),
}


def tone_samples(notes: Sequence[tuple[float, float]], rate_hz: int = RATE_HZ) -> "array[int]":
    """The notes (Hz, seconds) as signed 16-bit samples of one channel; 0 Hz is silence."""
    samples = array("h")
    for hertz, seconds in notes:
        count = round(seconds * rate_hz)
        fade = max(1, round(FADE_S * rate_hz))
        for at in range(count):
            loud = min(1.0, at / fade, (count - 1 - at) / fade)
            turn = 2 * math.pi * hertz * at / rate_hz
            # An octave above, softly: heard over a treadmill's hum also by those who have lost the high notes.
            samples.append(round(32767 * 0.7 * loud * (0.8 * math.sin(turn) + 0.2 * math.sin(2 * turn))))
    return samples


class PygameSound:
    """Tones and recorded speech on the audio device, if there is one: implements `station.ports.Sound`."""

    def __init__(self, *, volume: float = 0.8, own_voices: Path | None = None, speech: bool = True) -> None:
        """`volume` is 0-1; `own_voices` a folder with recordings of the clinic's own, which come first."""
        self._volume = volume
        self._folders = [folder for folder in (own_voices, VOICES) if folder is not None]
        self._speech = speech
        self._heard = Heard()
        self._tones: dict[Tone, pygame.mixer.Sound] = {}
        self._sentences: Cache[pygame.mixer.Sound | None] = Cache(MOST_SENTENCES)
        self._ready = self._opened()

    @property
    def ready(self) -> bool:
        """Whether there is anything to sound with."""
        return self._ready

    def hear(self, moment: Moment) -> str | None:
        """Sound what is new in this moment; the key of the sentence that was spoken, None when none was."""
        self._heard = heard(self._heard, moment)
        sounding = self._heard.sounding
        if not self._ready or moment.muted or sounding is None:
            return None
        if sounding.tone is not None:
            self._tones[sounding.tone].play()
        if sounding.sentence is None or not self._speech:
            return None
        recording = self._recording(moment.language, sounding.sentence)
        if recording is None:
            return None
        # One voice: a new sentence takes the place of the old one.
        channel = pygame.mixer.Channel(0)
        channel.stop()
        channel.play(recording)
        return sounding.sentence

    def close(self) -> None:
        """Let go of the audio device."""
        if self._ready:
            self._tones, self._sentences = {}, Cache(MOST_SENTENCES)
            pygame.mixer.quit()
            self._ready = False

    def _opened(self) -> bool:
        try:
            pygame.mixer.init(RATE_HZ, -16, 1, 512)
        except pygame.error as error:
            log.warning("sound: no audio device (%s); the station is silent", error)
            return False
        pygame.mixer.set_reserved(1)
        for tone, notes in NOTES.items():
            self._tones[tone] = self._loud(pygame.mixer.Sound(buffer=tone_samples(notes).tobytes()))
        return True

    def _loud(self, sound: pygame.mixer.Sound) -> pygame.mixer.Sound:
        sound.set_volume(self._volume)
        return sound

    def _recording(self, language: Language, sentence: str) -> pygame.mixer.Sound | None:
        return self._sentences.get((language, sentence), lambda: self._found(language, sentence))

    def _found(self, language: Language, sentence: str) -> pygame.mixer.Sound | None:
        places = [folder / language / f"{sentence}{ending}" for folder in self._folders for ending in FILES]
        for path in places:
            if path.exists():
                try:
                    return self._loud(pygame.mixer.Sound(str(path)))
                except pygame.error as error:
                    log.warning("sound: %s cannot be played (%s)", path.name, error)
        return None
