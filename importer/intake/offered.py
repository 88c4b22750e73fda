"""What a server offers when a connection begins, to say what it lacks if that isn't enough."""

from typing import Any

import paramiko

from importer.intake.names import shown

_PARTS = {  # what it is for → paramiko's word for the server's list, and for ours
    "key exchange": ("kex_algo_list", "preferred_kex"),
    "host key": ("server_key_algo_list", "preferred_keys"),
    "cipher": ("server_encrypt_algo_list", "preferred_ciphers"),
    "integrity": ("server_mac_algo_list", "preferred_macs"),
}
_LONGEST = 200


class Transport(paramiko.Transport):
    """Remembers the first list of a server's algorithms."""

    _theirs: dict[str, list[str]] | None = None

    def _really_parse_kex_init(self, m: Any, ignore_first_byte: bool = False) -> dict[str, Any]:
        parsed: dict[str, Any] = super()._really_parse_kex_init(  # type: ignore[misc]
            m, ignore_first_byte
        )
        if self._theirs is None and not ignore_first_byte:
            self._theirs = {name: list(parsed[name]) for name, _ in _PARTS.values()}
        return parsed

    def wanting(self) -> dict[str, tuple[str, str]]:
        """What nothing of the offer is good enough for → what is offered, what would do."""
        told = {}
        for use, (theirs, ours) in _PARTS.items():
            offer = (self._theirs or {}).get(theirs, [])
            good = getattr(self, ours)  # without what is disabled
            if not set(offer) & set(good):
                told[use] = (shown(", ".join(offer))[:_LONGEST], " or ".join(good[:3]))
        return told
