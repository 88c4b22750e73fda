"""What people write into a workspace, by hand or through a command: settings and answers."""

from pathlib import Path

from importer.model.history import Who
from importer.store import durable, events, workspace

_MAPPING = "mapping.toml"
_ALIASES = "aliases.toml"
_ANSWERS = "answers.toml"


class Written:
    """The files of a workspace that people write; each is replaced whole or not at all."""

    root: Path

    def policy_text(self) -> str:
        """The content of district.toml as it is now."""
        return workspace.text(self.root / workspace.POLICY)

    def mapping_text(self) -> str:
        """What people confirmed about headers and values; empty if nothing was."""
        path = self.root / _MAPPING
        return workspace.text(path) if path.exists() else ""

    def put_mapping(self, text: str, who: Who) -> None:
        """Replace what people confirmed, whole or not at all."""
        self._put(_MAPPING, text, "map", who)

    def aliases_text(self) -> str:
        """What people said about who is who, and which group is which section; empty if nothing."""
        path = self.root / _ALIASES
        return workspace.text(path) if path.exists() else ""

    def put_aliases(self, text: str, who: Who) -> None:
        """Replace what people said about who is who, whole or not at all."""
        self._put(_ALIASES, text, "aliases", who)

    def answers_text(self) -> str:
        """What people answered about readiness; empty if nobody did."""
        path = self.root / _ANSWERS
        return workspace.text(path) if path.exists() else ""

    def put_answers(self, text: str, who: Who) -> None:
        """Replace what people answered about readiness, whole or not at all."""
        self._put(_ANSWERS, text, "answers", who)

    def _put(self, name: str, text: str, what: str, who: Who) -> None:
        with durable.plain_errors(f"{name} could not be written"):
            durable.replace_whole(self.root / name, text.encode(), self.root / "staging")
        events.say(self.root, what, name, who)
