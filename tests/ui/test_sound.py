"""Tones, recordings, volume, and no audio device."""

import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pygame
import pytest

from station.language import Language
from station.training.cue import Cue
from ui.gallery import moments
from ui.sound import NOTES, RATE_HZ, PygameSound, tone_samples
from ui.spoken import SPOKEN, Tone
from ui.voice import VOICES, make_voices


@pytest.fixture
def own_voices(tmp_path: Path) -> Path:
    path = tmp_path / "nb" / "cue.raise_incline.wav"
    path.parent.mkdir()
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(tone_samples(((440.0, 0.1),)).tobytes())
    return tmp_path


@pytest.fixture
def sound(own_voices: Path) -> Iterator[PygameSound]:
    sound = PygameSound(own_voices=own_voices, volume=0.5)
    yield sound
    sound.close()


def test_the_four_tones_differ_and_none_clicks() -> None:
    tones = {tone: tone_samples(notes) for tone, notes in NOTES.items()}

    assert set(tones) == set(Tone)
    assert len({samples.tobytes() for samples in tones.values()}) == len(Tone)
    for samples in tones.values():
        assert samples[0] == 0
        assert abs(samples[-1]) < 400
        assert max(abs(one - other) for one, other in pairwise(samples)) < 12000
        assert 10000 < max(samples) < 32767


def test_the_clinics_own_recording_is_spoken_and_told_for_the_log(sound: PygameSound) -> None:
    assert sound.ready

    assert sound.hear(moments()["work-low"]) == "cue.raise_incline"
    assert pygame.mixer.Channel(0).get_busy()


def test_a_sentence_nobody_recorded_is_a_tone_only(sound: PygameSound) -> None:
    assert sound.hear(replace(moments()["work-low"], cue=Cue.TOO_HARD, language=Language.NYNORSK)) is None


def test_muted_means_silent(sound: PygameSound) -> None:
    assert sound.hear(replace(moments()["work-low"], muted=True)) is None
    assert not pygame.mixer.get_busy()


def test_a_recording_that_cannot_be_played_is_told_and_left_out(
    own_voices: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (own_voices / "nb" / "cue.raise_incline.wav").write_bytes(b"no sound")
    sound = PygameSound(own_voices=own_voices)

    assert sound.hear(moments()["work-low"]) is None
    assert "cannot be played" in caplog.text
    sound.close()


def test_without_an_audio_device_the_station_is_silent_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "no-such-driver")
    sound = PygameSound()

    assert not sound.ready
    assert sound.hear(moments()["work-low"]) is None
    assert "no audio device" in caplog.text
    sound.close()


def test_every_sentence_of_every_language_is_recorded(tmp_path: Path) -> None:
    commands: list[list[str]] = []

    made = make_voices(tmp_path, lambda command: commands.append(list(command)))

    assert len(made) == len(set(made)) == len(SPOKEN) * len(Language)
    assert {command[2] for command in commands} == set(VOICES.values())
    assert [command[-1] for command in commands if command[-2] == str(tmp_path / "nb/cue.hold.wav")] == ["Hold jevnt"]


def test_espeak_speaks_each_language(tmp_path: Path) -> None:
    program = shutil.which("espeak-ng")
    if program is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")

    def speak(command: object) -> None:
        assert isinstance(command, list)
        if command[-2].endswith("cue.hold.wav"):
            subprocess.run([program, *command[1:]], check=True)

    make_voices(tmp_path, speak)

    for language in Language:
        with wave.open(str(tmp_path / language / "cue.hold.wav")) as file:
            assert 0.3 < file.getnframes() / file.getframerate() < 4
