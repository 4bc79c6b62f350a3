"""Redis for one run: in memory only, on a socket that nobody else can open. It ends with the server that started it."""

from lab import programs
from lab.launch import helpers
from lab.staging.serving import redis_socket
from lab.state import folder


def start() -> None:
    socket = redis_socket()
    folder(socket.parent)
    on_socket = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"]
    in_memory = ["--save", "", "--appendonly", "no", "--dir", str(socket.parent)]
    helpers.start([str(programs.redis_server() or "redis-server"), *on_socket, *in_memory, "--loglevel", "warning"])
