"""Build hook: a wheel carries the recorded sentences, made by espeak-ng while it is built.

Without espeak-ng on the building machine the wheel has no speech, and says so: a station then sounds its tones only.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class SpokenSentences(BuildHookInterface[Any]):
    """Records the sentences into the wheel's `ui/voices`."""

    PLUGIN_NAME = "custom"
    _made: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the recordings before the files are gathered; an editable installation does without."""
        if version == "editable" or self.target_name != "wheel":
            return
        if shutil.which("espeak-ng") is None:
            self.app.display_warning("espeak-ng is not installed: this wheel has no recorded sentences")
            return
        folder = Path(mkdtemp(prefix="voices-"))
        subprocess.run([sys.executable, "-m", "ui.voice", str(folder)], cwd=self.root, check=True)  # noqa: S603  # our own program
        build_data["force_include"][str(folder)] = "ui/voices"
        self._made = folder

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002  # hatchling's
        """Remove what was made on the way."""
        if self._made is not None:
            shutil.rmtree(self._made)
