"""The nginx of deploy/nginx.conf, run for a test: its ports and its files replaced, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.browser import ROOT, Server, free_port

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
MAIN = """\
daemon off;
pid {folder}/nginx.pid;
worker_processes 1;
{user}
error_log {folder}/main.log crit;
events {{ worker_connections 1024; }}
http {{
    default_type application/octet-stream;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/twofold.conf;
}}
"""


def find_nginx() -> str | None:
    """The program, or None; Debian keeps it off an ordinary user's path."""
    return shutil.which("nginx") or next((p for p in ("/usr/sbin/nginx",) if Path(p).exists()), None)


@dataclass
class Proxy:
    """A running nginx."""

    folder: Path
    port: int
    plain_port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def log(self) -> list[dict[str, Any]]:
        """The lines of its access log."""
        text = (self.folder / "twofold.log").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def get(self, path: str, base: str | None = None) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers of a path, redirects not followed."""
        context = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_: object) -> None:
                return None

        opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(f"{base or self.url}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace"), dict(error.headers)


def certificate(folder: Path) -> None:
    """A key and a certificate for this machine, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    )


def configured(folder: Path, workers: Sequence[Server], port: int, plain_port: int) -> str:
    """The configuration that ships, for this place. Everything that is replaced must be there."""
    text = CONFIGURATION.read_text("utf-8")
    place = "/etc/letsencrypt/live/survey.example.org/"
    replaced = {
        "listen 80;": f"listen 127.0.0.1:{plain_port};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "proxy_set_header Host $host;": "proxy_set_header Host $http_host;",
        f"{place}fullchain.pem": f"{folder}/cert.pem",
        f"{place}privkey.pem": f"{folder}/key.pem",
        "/var/log/nginx/": f"{folder}/",
        "server 127.0.0.1:8501 ": f"server 127.0.0.1:{workers[0].port} ",
        "server 127.0.0.1:8502 ": f"server 127.0.0.1:{workers[1].port} ",
    }
    for old, new in replaced.items():
        if old not in text:
            raise ValueError(f"deploy/nginx.conf has no {old!r} any more")
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def proxy(folder: Path, workers: Sequence[Server]) -> Iterator[Proxy]:
    """nginx before two workers, by TLS."""
    program = find_nginx()
    assert program is not None
    made = Proxy(folder, free_port(), free_port())
    certificate(folder)
    (folder / "twofold.conf").write_text(configured(folder, workers, made.port, made.plain_port), "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "main.conf").write_text(MAIN.format(folder=folder, user=user), "utf-8")
    command = [program, "-p", str(folder), "-c", str(folder / "main.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    if tested.returncode:
        raise RuntimeError(tested.stderr)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                made.get("/health")
                break
            time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(20)
