"""What the demo company chooses once and keeps in its folder: ports and secrets."""

import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from service.chain.keystore import new_keystore
from service.chain.loopback import free_port, is_free
from service.devices.private_file import write_private
from service.domain.errors import ConflictError, gettext_noop


class PortTakenError(ConflictError):
    """Another program serves where the demo company would."""

    message = gettext_noop("Port %(value)s is taken by another program. Name another: --port.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSecrets:
    """Random, made at the first start. ``demo_password`` opens every demo account."""

    secret_key: str = field(repr=False)
    admin_key: str = field(repr=False)
    edge_token: str = field(repr=False)
    demo_password: str = field(repr=False)

    def token_of(self, site_id: str) -> str:
        """The token of one site's edge unit: none can speak for another."""
        return hmac.digest(self.edge_token.encode(), site_id.encode(), "sha256").hex()


def demo_secrets(path: Path) -> DemoSecrets:
    """The secrets kept in ``path`` (mode 0600), made there at the first call."""
    if path.exists():
        known = [known.name for known in fields(DemoSecrets)]
        kept = json.loads(path.read_text())
        return DemoSecrets(**{name: kept[name] for name in known})
    made = DemoSecrets(
        secret_key=secrets.token_hex(32),
        admin_key="0x" + secrets.token_hex(32),
        edge_token=secrets.token_hex(32),
        demo_password=_easy_to_type(),
    )
    write_private(path, json.dumps(asdict(made), indent=2))
    return made


def demo_account(folder: Path, secrets_file: Path) -> dict[str, str]:
    """Settings of the account that anchors: its keystore and the file of its password in
    ``folder``, made at the first call.

    A key that an earlier version kept in ``secrets_file`` moves into the keystore.
    """
    keystore, password_file = folder / "anchor.json", folder / "anchor.password"
    kept = json.loads(secrets_file.read_text())
    key = kept.pop("anchor_key", None)
    if not keystore.exists():
        password = secrets.token_hex(32)
        write_private(password_file, password)
        write_private(keystore, new_keystore(password, key=key))
    if key is not None:
        write_private(secrets_file, json.dumps(kept, indent=2))
    return {
        "FERROTRACE_ANCHOR_KEYSTORE": str(keystore),
        "FERROTRACE_ANCHOR_PASSWORD_FILE": str(password_file),
    }


def kept_ports(path: Path, names: Collection[str]) -> dict[str, int]:
    """A port for each name, the same as last time unless another program has taken it."""
    kept = json.loads(path.read_text()) if path.exists() else {}
    ports = {name: port for name in names if (port := kept.get(name)) and is_free(port)}
    for name in names:
        if name not in ports:
            ports[name] = free_port(apart_from=ports.values())
    write_private(path, json.dumps(ports, indent=2))
    return ports


def _easy_to_type() -> str:
    """Three groups of four characters, none that look alike: 59 bits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


def require_free(port: int) -> None:
    """Return where nobody listens on ``port``; raises ``PortTakenError``."""
    if not is_free(port):
        raise PortTakenError(value=port)
