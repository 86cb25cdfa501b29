"""`docker` for one image and folders in place of layers: ENGINE has the image's files, the volumes and the containers.

It does the instructions and knows the arguments that the project uses, and refuses all others. Its base image is the
Python that runs it, with the packages of the tests, so pip finds everything there already. A container has the files
and the network of the host: the paths that a file names are below the image's folder, the port that the image exposes
is a free one of the host's, everybody is whoever runs the tests, and health is checked when somebody asks.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

import msgspec

from tests.house.stand_ins import background
from tests.house.stand_ins.packages import packages
from tests.ports import free_port

BASE = re.compile(r"python:3\.\d+-slim")
# Where a path begins that the image's files name.
ABSOLUTE = re.compile(r"""(?<![^\s=:"'])/(?=\w)""")
NO_NETWORK = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INDEX": "1"}
HOSTS_PATH = "/usr/local/bin:/usr/bin:/bin"
USERADD = """#!/bin/sh
set -e
while [ $# -gt 1 ]; do
    case $1 in
        --create-home) ;;
        --uid | --shell) shift ;;
        --home-dir) shift; mkdir "$1" ;;
        *) exit 2 ;;
    esac
    shift
done
"""


class Image(msgspec.Struct):
    """What a container is started with."""

    environment: dict[str, str] = {}
    folder: str = "/"
    command: list[str] = []
    port: str = ""


class Container(msgspec.Struct):
    image: Image
    patience_s: float


class Engine:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.files = home / "files"

    def build(self, file: Path, tag: str, context: Path) -> None:
        """Do every instruction, each stage in the same place."""
        given = dict[str, str]()
        image, stage = Image(), ""
        for name, rest in instructions(file):
            if name == "ARG":
                variable, _, default = rest.partition("=")
                given[variable] = default
            elif name == "FROM":
                if stage:
                    self.files.rename(self.home / stage)
                image, stage = self._base(Template(rest).substitute(given)), rest.partition(" AS ")[2]
            else:
                self._do(name, rest, image, context)
        (self.home / f"{tag}.image").write_bytes(msgspec.json.encode(image))

    def _base(self, named: str) -> Image:
        if not BASE.fullmatch(named.split()[0]):
            raise SystemExit(f"docker: there is no image {named!r}")
        programs = self.files / "usr/local/bin"
        programs.mkdir(parents=True)
        (programs / "python").symlink_to(Path(sys.base_prefix) / "bin/python3")
        (programs / "useradd").write_text(USERADD)
        (programs / "useradd").chmod(0o755)
        there = packages(self.files / "usr/local/packages")
        return Image({"PATH": f"{programs}:{HOSTS_PATH}", "PYTHONPATH": there.as_posix(), **NO_NETWORK})

    def _do(self, name: str, rest: str, image: Image, context: Path) -> None:
        match name:
            case "WORKDIR":
                image.folder = rest
                self._at(rest).mkdir(parents=True, exist_ok=True)
            case "RUN":
                line = self._within(rest)
                subprocess.run(["/bin/sh", "-ec", line], cwd=self._at(image.folder), env=image.environment, check=True)
            case "COPY":
                self._copy(rest.split(), image, context)
            case "ENV":
                given = dict(word.split("=", 1) for word in shlex.split(rest))
                told = {name: Template(self._within(value)) for name, value in given.items()}
                image.environment |= {name: value.substitute(image.environment) for name, value in told.items()}
            case "EXPOSE":
                image.port = rest
            case "CMD":
                image.command = json.loads(rest)
            case "USER" | "HEALTHCHECK":
                pass
            case _:
                raise SystemExit(f"docker: {name} is not known here")

    def _copy(self, words: list[str], image: Image, context: Path) -> None:
        """From the context only what its .dockerignore lets in."""
        of_stage = words[0].startswith("--from=")
        origin = self.home / words.pop(0).partition("=")[2] if of_stage else context
        *sources, target = words
        into = self._at(target) if target.startswith("/") else self._at(image.folder) / target
        for source in sources:
            if not of_stage and source not in let_in(context):
                raise SystemExit(f"docker: {source!r} is not in the context")
            path = origin / source.removeprefix("/")
            if path.is_dir():
                left_out = None if of_stage else shutil.ignore_patterns("__pycache__")
                shutil.copytree(path, into, symlinks=True, ignore=left_out, dirs_exist_ok=True)
            else:
                shutil.copy(path, into)

    def run(self, given: argparse.Namespace) -> None:
        image = msgspec.json.decode((self.home / f"{given.image}.image").read_bytes(), type=Image)
        listed = given.env_file.read_text(encoding="utf-8").splitlines()
        lines = [line for line in listed if line and not line.startswith("#")] + given.env
        ports = {image.port: str(free_port())}
        asked = (line.partition("=") for line in lines)
        image.environment |= {name: ports.get(value, value) for name, _, value in asked}
        for volume in given.volume:
            self._mount(*volume.split(":"))
        kept = self.kept(given.name)
        kept.mkdir(parents=True)
        (kept / "made").write_bytes(msgspec.json.encode(Container(image, given.stop_timeout)))
        command = _found(image.command, image)
        background.start(kept, command, self._at(image.folder), image.environment, ends_with=[0])

    def _mount(self, volume: str, path: str) -> None:
        """A volume that is new gets what the image has there."""
        kept, place = self.home / "volumes" / volume, self._at(path)
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            place.rename(kept)
        place.symlink_to(kept)

    def execute(self, name: str, command: list[str]) -> int:
        """In a container that runs."""
        image = self._made(name).image
        done = subprocess.run(
            _found(command, image),
            cwd=self._at(image.folder),
            env=image.environment,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return done.returncode

    def stop(self, name: str) -> None:
        background.stop(self.kept(name), self._made(name).patience_s)

    def kept(self, name: str) -> Path:
        return self.home / "containers" / name

    def _made(self, name: str) -> Container:
        return msgspec.json.decode((self.kept(name) / "made").read_bytes(), type=Container)

    def _at(self, path: str) -> Path:
        return self.files / path.removeprefix("/")

    def _within(self, text: str) -> str:
        return ABSOLUTE.sub(f"{self.files}/", text)


def instructions(file: Path) -> list[tuple[str, str]]:
    whole = re.sub(r" *\\\n *", " ", file.read_text(encoding="utf-8"))
    return re.findall(r"^([A-Z]+) (.*)$", whole, re.MULTILINE)


def let_in(context: Path) -> list[str]:
    """What of the context is sent to a build."""
    first, *others = (context / ".dockerignore").read_text(encoding="utf-8").split()
    if first != "*" or others.pop() != "**/__pycache__" or not all(one.startswith("!") for one in others):
        raise SystemExit("docker: the .dockerignore is not known here")
    return [one.removeprefix("!") for one in others]


def _found(command: list[str], image: Image) -> list[str]:
    """The command with the path of its program."""
    return [shutil.which(command[0], path=image.environment["PATH"]) or command[0], *command[1:]]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="docker")
    verbs = parser.add_subparsers(dest="verb", required=True)
    build = verbs.add_parser("build")
    build.add_argument("--file", type=Path, required=True)
    build.add_argument("--tag", required=True)
    build.add_argument("context", type=Path)
    run = verbs.add_parser("run")
    run.add_argument("--detach", action="store_true", required=True)
    run.add_argument("--env-file", type=Path, required=True)
    run.add_argument("--env", action="append", default=[])
    run.add_argument("--volume", action="append", default=[])
    run.add_argument("--stop-timeout", type=float, default=10.0)
    run.add_argument("--restart", choices=["on-failure"], required=True)
    run.add_argument("--name", required=True)
    run.add_argument("image")
    logs = verbs.add_parser("logs")
    logs.add_argument("--follow", action="store_true", required=True)
    execute = verbs.add_parser("exec")
    for verb in (logs, execute, verbs.add_parser("stop")):
        verb.add_argument("name")
    execute.add_argument("command", nargs=argparse.REMAINDER)
    return parser


def main(words: list[str]) -> int:
    given = _parser().parse_args(words)
    engine = Engine(Path(os.environ["ENGINE"]))
    match given.verb:
        case "build":
            engine.build(given.file, given.tag, given.context)
        case "run":
            engine.run(given)
        case "logs":
            background.follow(engine.kept(given.name))
        case "exec":
            return engine.execute(given.name, given.command)
        case "stop":
            engine.stop(given.name)
    return 0
