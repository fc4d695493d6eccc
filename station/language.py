"""The languages of the screen and of the report. Light: settings and commands need nothing else of a moment."""

from enum import StrEnum


class Language(StrEnum):
    """The languages of the screen, in the order of the language key: English first for those who read no Norwegian."""

    BOKMAL = "nb"
    ENGLISH = "en"
    NYNORSK = "nn"
