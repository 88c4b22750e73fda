"""The files that make a machine an SFTP server for districts, as text; nothing is run here.

The configuration is the one that held against twelve attacks (docs/sftp.md).
"""

import shlex

from importer.hosting.plan import Hosting, Sender, Written

_INCOMING = "incoming"
_OUTGOING = "outgoing"

_SSHD = """\
# SFTP for districts, apart from the machine's own SSH. Written by `importer sftp-setup`.
# Keys only, no shell, no forwarding; each account sees its own folder and nothing else.
Port {port}
ListenAddress {listen}
HostKey {etc}/hostkey
PidFile {etc}/sshd.pid
AuthorizedKeysFile {etc}/keys/%u
PasswordAuthentication no
KbdInteractiveAuthentication no
PubkeyAuthentication yes
PermitRootLogin no
AllowGroups {group}
UsePAM no
LogLevel VERBOSE
MaxAuthTries 3
MaxSessions 4
ClientAliveInterval 30
ClientAliveCountMax 3
Subsystem sftp internal-sftp -l VERBOSE -u 0027
Match Group {group}
  ChrootDirectory {drops}/%u
  # Times may be set: many clients insist on it. Nothing here believes them.
  ForceCommand internal-sftp -l VERBOSE -u 0027 -P hardlink,symlink -d /{incoming}
  AllowTcpForwarding no
  AllowStreamLocalForwarding no
  X11Forwarding no
  AllowAgentForwarding no
  PermitTunnel no
  PermitTTY no
"""

_SETUP = """\
#!/bin/sh
# Makes the group, the accounts and the folders. Run it as root, again after every change.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || {{ echo "Run this as root." >&2; exit 1; }}
mkdir -p /run/sshd

getent group {group} >/dev/null || groupadd --system {group}
id -u {owner} >/dev/null 2>&1 ||
  useradd --system --user-group --home-dir /var/lib/importer --shell /usr/sbin/nologin {owner}

install -d -o root -g root -m 755 {etc} {etc}/keys {drops}
install -o root -g root -m 644 "$here/sshd_config" {etc}/sshd_config
[ -e {etc}/hostkey ] || ssh-keygen -q -t ed25519 -N '' -C importer -f {etc}/hostkey

# An account can't be used for anything but SFTP: no shell, no password ("*", since a locked
# account may not log in by key either), and a cage that root owns.
account() {{
  if id -u "$1" >/dev/null 2>&1; then
    id -nG "$1" | grep -qw {group} || {{ echo "$1 is an account for something else." >&2; exit 1; }}
  else
    useradd --user-group --groups {group} --home-dir /{incoming} --no-create-home \\
      --shell /usr/sbin/nologin --password '*' "$1"
  fi
  install -d -o root -g root -m 755 "{drops}/$1"
  # Uploads get the group of {owner}, which may take them away; nobody else may look in.
  install -d -o "$1" -g {owner} -m 2770 "{drops}/$1/{incoming}"{outgoing}
  # Keys that are installed stay unless there are others for them here.
  if grep -q '^[^#]' "$here/keys/$1" || [ ! -e "{etc}/keys/$1" ]; then
    install -o root -g root -m 644 "$here/keys/$1" "{etc}/keys/$1"
  fi
}}

# The inbox of a workspace is where the account puts its files.
inbox() {{
  [ -d "$(dirname "$2")" ] || return 0
  if [ -d "$2" ] && [ ! -L "$2" ]; then
    rmdir "$2" || {{ echo "Take the files out of $2 first." >&2; exit 1; }}
  fi
  ln -sfn "{drops}/$1/{incoming}" "$2"
}}

{each}

/usr/sbin/sshd -t -f {config}
echo "Done. The fingerprint that districts compare:"
ssh-keygen -lf {etc}/hostkey.pub
"""

_UNIT = """\
[Unit]
Description=SFTP for districts (importer)
After=network.target

[Service]
ExecStartPre=/usr/sbin/sshd -t -f {config}
ExecStart=/usr/sbin/sshd -D -f {config}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=process
Restart=on-failure
RuntimeDirectory=sshd
RuntimeDirectoryPreserve=yes

[Install]
WantedBy=multi-user.target
"""

_READER = """\
# For the unit that runs importer (importer.service.d/inbox.conf): some senders keep their files to
# themselves (mode 0600), and uploads keep that mode. This lets importer read them all the same;
# the lines below keep it to what it needs.
[Service]
User={owner}
AmbientCapabilities=CAP_DAC_READ_SEARCH
CapabilityBoundingSet=CAP_DAC_READ_SEARCH
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
InaccessiblePaths=-/etc/shadow -/etc/gshadow {etc}
ReadWritePaths={drops} {workspaces}
"""

_COMPOSE = """\
# The same in a container: docker compose up -d --build
services:
  sftp:
    build: .
    restart: unless-stopped
    ports: ["{port}:{port}"]
    volumes:
      - ./host:{etc}        # the host key must outlive the container
      - {drops}:{drops}
"""

_DOCKERFILE = """\
FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends openssh-server \\
 && rm -rf /var/lib/apt/lists/*
COPY sshd_config setup.sh /setup/
COPY keys /setup/keys/
CMD ["sh", "-c", "sh /setup/setup.sh && exec /usr/sbin/sshd -D -e -f {config}"]
"""

_KEY = """\
# The public keys of {account}, one per line, as the district sends them (ssh-ed25519 AAAA…).
{keys}"""


def written(hosting: Hosting) -> Written:
    """All files: sshd_config, setup.sh, keys/, the units, and what a container needs."""
    words = _words(hosting)
    files = {
        "sshd_config": _SSHD.format(**words),
        "setup.sh": _SETUP.format(**words),
        "importer-sftp.service": _UNIT.format(**words),
        "inbox.conf": _READER.format(**words),
        "compose.yml": _COMPOSE.format(**words),
        "Dockerfile": _DOCKERFILE.format(**words),
    }
    for sender in hosting.senders:
        keys = sender.keys.strip() + "\n" if sender.keys.strip() else ""
        files[f"keys/{sender.account}"] = _KEY.format(account=sender.account, keys=keys)
    return Written(files, ("setup.sh",))


def _words(hosting: Hosting) -> dict[str, object]:
    outgoing = (
        f'\n  install -d -o {hosting.owner} -g "$1" -m 2750 "{hosting.drops}/$1/{_OUTGOING}"'
        if hosting.outgoing
        else ""
    )
    inboxes = sorted({str(sender.inbox.parent) for sender in hosting.senders})
    return {
        "port": hosting.port,
        "listen": hosting.listen,
        "etc": hosting.etc,
        "drops": hosting.drops,
        "owner": hosting.owner,
        "group": hosting.group,
        "config": hosting.config,
        "incoming": _INCOMING,
        "outgoing": outgoing,
        "each": "\n".join(_of(sender) for sender in hosting.senders),
        "workspaces": " ".join(inboxes),
    }


def _of(sender: Sender) -> str:
    return f"account {sender.account}\ninbox {sender.account} {shlex.quote(str(sender.inbox))}"
