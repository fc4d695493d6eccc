"""The prescriptions a therapist starts from: one TOML file each, the station's own and those the clinic has added.

A clinic's file with the name of a shipped one takes its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from station.errors import SettingsError
from station.language import Language
from station.settings import Incline, PrescriptionTable, Speed, strict_table
from station.staff.plan import Plan

OWN_TEMPLATES = Path("/etc/motbakke/prescriptions")
SHIPPED_TEMPLATES = (
    Path(__file__).parent / "_config" / "prescriptions",
    Path(__file__).parent.parent / "config" / "prescriptions",
)
"""Where the station's own lie: in an installed wheel, and in a clone."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class TemplateTable(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of a file of `config/prescriptions/`."""

    name_nb: Name
    name_nn: Name
    name_en: Name
    order: int = 100
    """Its place in the list; the smallest first."""
    walk_only: bool = False
    borg_mode: bool = False
    hold_rail_lightly: bool = False
    speed_max_kmh: Speed | None = None
    incline_max_percent: Incline | None = None
    prescription: PrescriptionTable = PrescriptionTable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A prescription to start from. `key` is the file's name without its ending."""

    key: str
    names: tuple[tuple[Language, str], ...]
    plan: Plan

    def name(self, language: Language) -> str:
        """What it is called in this language."""
        return dict(self.names)[language]


def templates(own: Path = OWN_TEMPLATES, shipped: Sequence[Path] = SHIPPED_TEMPLATES) -> tuple[Template, ...]:
    """All templates, in their order.

    Raises:
        SettingsError: naming file, key and what to do.
    """
    ours = next((folder for folder in shipped if folder.is_dir()), own)
    files = {path.stem: path for folder in (ours, own) for path in sorted(folder.glob("*.toml"))}
    read = [(strict_table(path, TemplateTable), path) for path in files.values()]
    return tuple(_template(path, table) for table, path in sorted(read, key=lambda each: (each[0].order, each[1].stem)))


def _template(path: Path, table: TemplateTable) -> Template:
    try:
        plan = Plan(
            template=path.stem,
            prescription=table.prescription.prescription(),
            walk_only=table.walk_only,
            borg_mode=table.borg_mode,
            hold_rail_lightly=table.hold_rail_lightly,
            speed_max_kmh=table.speed_max_kmh,
            incline_max_percent=table.incline_max_percent,
        )
    except ValueError as error:
        raise SettingsError(f"{path.name}: {error}. Correct the file and start again.") from error
    names = ((Language.BOKMAL, table.name_nb), (Language.NYNORSK, table.name_nn), (Language.ENGLISH, table.name_en))
    return Template(key=path.stem, names=names, plan=plan)
