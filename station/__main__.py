"""The command line, and the composition root: settings -> devices, screen, store -> Station.run().

Each command imports what it needs when it is called, so that the pipe starts without a screen or a radio.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from station.errors import SettingsError, StationError

BAD_SETTINGS = 78
"""EX_CONFIG of sysexits.h: a person must edit a file; systemd does not restart on it."""

app = typer.Typer(
    name="motbakke",
    help="A training station beside a clinic treadmill: uphill 4x4 intervals, coached by heart rate.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def coach(
    patient: Annotated[Path, typer.Option(help="The patient's file (TOML); only hr_max_bpm is needed.")],
) -> None:
    """Answer readings with advice: one JSON object a line in, one out, at once."""
    from station.coach.coaching import begin
    from station.pipe import answers
    from station.settings import patient_file

    who, remarks = patient_file(patient)
    for remark in remarks:
        print(f"motbakke: {remark}", file=sys.stderr)
    for _, answer in answers(begin(who), sys.stdin.buffer):
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()


def main() -> None:
    """Run the command; a fault a person can mend becomes one sentence and an exit status."""
    try:
        app()
    except SettingsError as error:
        print(f"motbakke: {error}", file=sys.stderr)
        sys.exit(BAD_SETTINGS)
    except StationError as error:
        print(f"motbakke: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our answers went away: that ends a filter quietly.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
