"""``python -m lab.scale.nginx``: nginx in front of all servers of this lab, over https. It ends with this process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from string import Template

from lab import certificates
from lab.launch.ports import IPV6, can_bind
from lab.launch.sockets import socket_of
from lab.launch.supervision import PAUSE, end_with_honcho, number_of_file
from lab.scale import programs
from lab.servers import INSPECTOR, IS_CLASS, SERVERS, Server
from lab.state import STATE, folder
from session_inspector import private_file

CONFIGURATION = Template((Path(__file__).parent / "nginx.conf").read_text())
SERVER = Template("""
  server {
$listen
    location / {
      proxy_pass http://unix:$socket;
    }
    location @none {
      default_type text/plain;
      add_header Retry-After 5 always;
      return 503 "$title is being started again. Come back in 5 seconds. What was under way may be done or not.\\n";
    }
  }
""")


def configuration() -> str:
    """``user`` only as root: nginx would give its processes an account that may not come to the sockets."""
    return CONFIGURATION.substitute(
        user="user root;" if os.geteuid() == 0 else "",
        certificate=certificates.CERTIFICATE,
        certificate_key=certificates.CERTIFICATE_KEY,
        servers="".join(map(server_block, (*SERVERS, INSPECTOR))),
    )


def server_block(server: Server) -> str:
    return SERVER.substitute(
        listen=listen(server), socket=socket_of(server), title=server.title[0].upper() + server.title[1:]
    )


def listen(server: Server) -> str:
    """Where browsers come to it: "localhost" is an address of IPv6, too, where the machine has one."""
    is_both = not IS_CLASS and can_bind(IPV6, server.port)
    ours = [server.bind_address, *([(f"[{IPV6}]", server.port)] if is_both else [])]
    return "\n".join(f"    listen {address}:{port} ssl;" for address, port in ours)


def serve() -> int:
    """Run nginx until it ends, and let it read its certificate again when that is another; its status."""
    found = programs.nginx()
    assert found
    certificates.make_what_is_missing()
    place = folder(STATE / "nginx")
    private_file.replace(place / "nginx.conf", configuration())
    nginx = subprocess.Popen([found, "-p", place, "-c", "nginx.conf", "-e", "stderr"])
    threading.Thread(target=follow_certificate, args=(nginx,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda number, frame: nginx.terminate())
    return nginx.wait()


def follow_certificate(nginx: subprocess.Popen) -> None:
    """A run of a scenario may have other names."""
    known = number_of_file(certificates.CERTIFICATE)
    while True:
        time.sleep(PAUSE)
        if (now := number_of_file(certificates.CERTIFICATE)) and now != known:
            known = now
            nginx.send_signal(signal.SIGHUP)


if __name__ == "__main__":
    end_with_honcho()
    sys.exit(serve())
