"""``python -m lab.scale.nginx``: nginx in front of all servers of this lab, over https. It ends with this process."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from string import Template

from lab import certificates, programs
from lab.launch.ports import addresses_of
from lab.launch.sockets import socket_of
from lab.launch.supervision import PAUSE, end_with_honcho, number_of_file
from lab.servers import INSPECTOR, SERVERS, Server
from lab.state import STATE, folder
from session_inspector import private_file

CONFIGURATION = Template((Path(__file__).parent / "nginx.conf").read_text())
SERVER = Template("""
  server {
$listen
    location / {
      proxy_pass http://unix:$socket;
    }
$more    location @none {
      default_type text/plain;
      add_header Retry-After 5 always;
      return 503 "$title is being started again. Come back in 5 seconds. What was under way may be done or not.\\n";
    }
  }
""")

# What is pasted is never written to disk, and the inspector itself says of what is too large.
OF_INSPECTOR = Template("""    location = /paste/ {
      client_max_body_size 0;
      proxy_request_buffering off;
      proxy_pass http://unix:$socket;
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
    listen = "\n".join(f"    listen {address} ssl;" for address in addresses_of(server))
    title = server.title[0].upper() + server.title[1:]
    more = OF_INSPECTOR.substitute(socket=socket_of(server)) if server == INSPECTOR else ""
    return SERVER.substitute(listen=listen, socket=socket_of(server), title=title, more=more)


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
