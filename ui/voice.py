"""Make the recorded sentences with espeak-ng, at build time: `python -m ui.voice [FOLDER]`.

espeak-ng has a voice for bokmål and one for English; nynorsk is read by the bokmål voice, from its own words, until a
person records it: a clinic's own recordings go into a folder of the same shape, LANGUAGE/KEY.ogg or .wav.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from station.language import Language
from ui.spoken import SPOKEN
from ui.wording.catalogue import words_in

FOLDER = Path(__file__).parent / "voices"
VOICES = {Language.BOKMAL: "nb", Language.NYNORSK: "nb", Language.ENGLISH: "en-gb"}
WORDS_A_MINUTE = 140
"""Slower than espeak-ng's 175: said to somebody out of breath."""


def make_voices(folder: Path, run: Callable[[Sequence[str]], object] | None = None) -> list[Path]:
    """Write every sentence that may be spoken, in every language; gives the files.

    Raises:
        FileNotFoundError: espeak-ng is not installed.
        CalledProcessError: it could not speak.
    """
    made = []
    for language in Language:
        (folder / language).mkdir(parents=True, exist_ok=True)
        for key in SPOKEN:
            path = folder / language / f"{key}.wav"
            words = words_in(language).sentences[key]
            (run or _run)(["espeak-ng", "-v", VOICES[language], "-s", str(WORDS_A_MINUTE), "-w", str(path), words])
            made.append(path)
    return made


def _run(command: Sequence[str]) -> object:
    program = shutil.which(command[0])
    if program is None:
        raise FileNotFoundError(f"{command[0]} is not installed: apt-get install espeak-ng")
    return subprocess.run([program, *command[1:]], check=True)  # noqa: S603  # our own words, no shell


if __name__ == "__main__":
    written = make_voices(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    sys.stdout.write(f"{len(written)} sentences recorded, nynorsk by the bokmål voice.\n")
