"""Programs that come in wheels: whether the servers' account can run them, and a copy for it where it cannot."""

import shutil
import subprocess
from pathlib import Path

from slip.embedded.state import Account, State, run_as


def can_run(program: Path, account: Account | None) -> bool:
    """Whether this account can run this program: it may lie in a folder that the account may not enter."""
    try:
        subprocess.run([program, "--version"], capture_output=True, check=True, cwd="/", **run_as(account))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def copy_for_servers(state: State, name: str, parts: dict[str, Path]) -> Path:
    """Copy files and folders out of a wheel to where every account can run them; gives the folder they are in.

    `name` says package and version, so that another version is another copy. `parts` maps the place in the copy to the
    source; programs look for their libraries by relative paths, so the places keep the relation the sources have.
    """
    copy = state.path("programs", name)
    if not copy.exists():
        making = copy.with_name(f".{name}")
        shutil.rmtree(making, ignore_errors=True)
        for place, source in parts.items():
            (making / place).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, making / place, symlinks=True, ignore=shutil.ignore_patterns("include"))
            else:
                shutil.copy(source, making / place)
        _open_to_all(making)
        making.rename(copy)
    state.path("programs").chmod(0o755)
    return copy


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
