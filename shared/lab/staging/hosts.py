"""Under which names the three servers may be asked for in a stage: by the name of each server its host.

A stage that names none has the usual ones: each server its own, under ``LAB_DOMAIN``.
"""

from collections.abc import Mapping

from lab.servers import SERVERS, SITE_B

ONE_HOST: Mapping[str, str] = {server.name: "localhost" for server in SERVERS}
TWO_LOOPBACKS: Mapping[str, str] = {**ONE_HOST, SITE_B.name: "127.0.0.1"}
SIBLINGS: Mapping[str, str] = {server.name: f"{server.label}.lab.localhost" for server in SERVERS}
