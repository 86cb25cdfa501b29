"""What pip finds installed already, so that it takes nothing from the network."""

import sysconfig
from pathlib import Path


def packages(folder: Path) -> Path:
    """The packages of the tests, but for Parley itself, in a folder for PYTHONPATH."""
    folder.mkdir()
    for part in Path(sysconfig.get_path("purelib")).iterdir():
        if part.suffix != ".pth" and not part.name.startswith("parley-"):
            (folder / part.name).symlink_to(part)
    return folder
