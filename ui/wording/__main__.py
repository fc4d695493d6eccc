"""Print what is to be mended in the catalogues: `python -m ui.wording`."""

import sys

from station.language import Language
from ui.wording.catalogue import words_in
from ui.wording.lint import faults


def main() -> int:
    """Print each fault on a line of its own; 1 when there is one."""
    found = [
        f"{language}.po: {fault}"
        for language in Language
        for fault in faults(words_in(language).sentences, words_in(Language.BOKMAL).sentences)
    ]
    sys.stdout.write("\n".join([*found, f"{len(found)} to mend."]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
