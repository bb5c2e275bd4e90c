"""Who is talked to over the network, and under which name this program talks."""

from __future__ import annotations

from dataclasses import dataclass

from hcc_viewer.phrases import Phrase

DEFAULT_AE_TITLE = "HCCVIEWER"

DEFAULT_STORE_PORT = 11112
"""DICOM's registered port; used only while a C-MOVE or a storage commitment is awaited."""

RETRIEVE_WAYS = ("get", "move")


@dataclass(frozen=True)
class Peer:
    """A PACS. Every value is valid once this exists."""

    host: str
    port: int = 104
    ae_title: str = "ANY-SCP"
    """Its application entity title: 1 to 16 characters, capitals in most places."""
    name: str = ""
    """What the user calls it."""
    tls: bool = False
    tls_ca_file: str = ""
    """PEM file of the authority that signed the peer's certificate; empty: the system's own."""
    tls_certificate_file: str = ""
    """PEM file of this program's certificate, if the peer asks for one."""
    tls_key_file: str = ""
    retrieve: str = "get"
    """`get`: studies come over the same connection. `move`: the PACS opens one to this program,
    whose AE title, address and store port it must know."""
    timeout_s: float = 30.0
    """How long the peer may be silent."""

    def __post_init__(self) -> None:
        if not self.host.strip():
            raise ValueError(Phrase("'host' must not be empty"))
        _check_port(self.port, "port")
        check_ae_title(self.ae_title, "ae_title")
        if self.retrieve not in RETRIEVE_WAYS:
            raise ValueError(
                Phrase(
                    "'retrieve' must be one of {choice}, not '{value}'",
                    choice=", ".join(RETRIEVE_WAYS),
                    value=self.retrieve,
                )
            )
        if not 1.0 <= self.timeout_s <= 3600.0:
            text = "'timeout_s' must lie between 1 and 3600, not {value}"
            raise ValueError(Phrase(text, value=self.timeout_s))

    @property
    def title(self) -> str:
        """What messages call it: `ORTHANC at 10.0.0.5:4242`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.ae_title} at {host}:{self.port}"


@dataclass(frozen=True)
class PacsSettings:
    """What the user has set up for the network; nothing is, by default."""

    peers: tuple[Peer, ...] = ()
    own_ae_title: str = DEFAULT_AE_TITLE
    store_port: int = DEFAULT_STORE_PORT
    """Where this program listens while it awaits a C-MOVE or a storage commitment."""
    ask_commitment: bool = True
    """Whether a PACS is asked to confirm that it keeps what it was sent."""

    def __post_init__(self) -> None:
        check_ae_title(self.own_ae_title, "own_ae_title")
        _check_port(self.store_port, "store_port")

    def peer_called(self, name: str) -> Peer | None:
        """The peer with this name or AE title."""
        return next((peer for peer in self.peers if name in (peer.name, peer.ae_title)), None)


def check_ae_title(title: str, key: str) -> None:
    """Refuse what is no application entity title (PS3.5 6.2: AE).

    Raises:
        ValueError: It is empty, too long, or has a backslash or a character beyond ASCII.
    """
    printable = all(" " <= letter <= "~" and letter != "\\" for letter in title)
    if not title.strip() or len(title) > 16 or not printable:
        text = "'{key}' must be 1 to 16 plain characters, not '{title}'"
        raise ValueError(Phrase(text, key=key, title=title))


def _check_port(port: int, key: str) -> None:
    if not 1 <= port <= 65535:
        text = "'{key}' must lie between 1 and 65535, not {port}"
        raise ValueError(Phrase(text, key=key, port=port))
