"""A connection of the guest to a port of this host: QEMU starts one of these for each, and talks to its two ends."""

import os
import selectors
import socket
import sys

MOST = 65536


def main(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as server, selectors.DefaultSelector() as ready:
        ready.register(server, selectors.EVENT_READ)
        ready.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is server:
                    data = server.recv(MOST)
                    os.write(sys.stdout.fileno(), data)
                else:
                    data = os.read(sys.stdin.fileno(), MOST)
                    server.sendall(data)
                if not data:
                    return


main(int(sys.argv[1]))
