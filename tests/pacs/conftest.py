"""A real PACS: Debian's Orthanc on the loopback, in a folder of its own, without web access."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from hcc_viewer.errors import PacsError
from hcc_viewer.pacs import Peer, verify

OWN = "HCCTEST"


def free_port() -> int:
    """A port of the loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Orthanc:
    """An Orthanc that a test may stop and start again; it keeps its database."""

    folder: Path
    executable: str
    port: int = field(default_factory=free_port)
    store_port: int = field(default_factory=free_port)
    options: dict[str, object] = field(default_factory=dict)
    trust: dict[str, Any] = field(default_factory=dict)
    """The fields of `Peer` for TLS."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def peer(self) -> Peer:
        """How it is reached."""
        return Peer("127.0.0.1", self.port, "ORTHANC", timeout_s=20, **self.trust)

    def start(self) -> None:
        """Start it and wait until it answers."""
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps(self._configuration()))
        self._process = subprocess.Popen(
            [self.executable, str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(200):
            try:
                return verify(self.peer, OWN)
            except PacsError:
                time.sleep(0.1)
        pytest.fail("Orthanc does not answer")

    def kill(self) -> None:
        """End it at once, as when its machine loses power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _configuration(self) -> dict[str, object]:
        storage = str(self.folder / "storage")
        return {
            "StorageDirectory": storage, "IndexDirectory": storage, "HttpServerEnabled": False,
            "DicomAet": "ORTHANC", "DicomPort": self.port, "DicomCheckCalledAet": True,
            "DicomAlwaysAllowEcho": True, "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True,
            "DicomAlwaysAllowMove": True, "Plugins": [], "StorageCompression": False,
            "DicomModalities": {"test": [OWN, "127.0.0.1", self.store_port]},
            **self.options,
        }  # fmt: skip


@pytest.fixture(scope="session")
def orthanc_executable() -> str:
    found = shutil.which("Orthanc", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/local/sbin")
    if found is None:
        pytest.skip("Orthanc is not installed (Debian: apt-get install orthanc)")
    return found


@pytest.fixture
def orthanc(tmp_path_factory: pytest.TempPathFactory, orthanc_executable: str) -> Iterator[Orthanc]:
    """An empty one for one test."""
    server = Orthanc(tmp_path_factory.mktemp("orthanc"), orthanc_executable)
    server.start()
    yield server
    server.kill()
