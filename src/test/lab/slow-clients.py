"""Keeps connections to a web server open that never become whole requests, and others whose answers nobody reads.

Usage: slow-clients.py ADDRESS HALF_REQUESTS SLOW_READERS
"""

import socket
import sys
import time

HALF_REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n"


def connect(address, receive_buffer=None):
    client = socket.socket()
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.settimeout(5)
    client.connect((address, 80))
    return client


def send_half_a_request(address):
    client = connect(address)
    client.send(HALF_REQUEST)
    return client


def read_nothing(address):
    client = connect(address, receive_buffer=1024)
    client.setblocking(False)
    client.send((HALF_REQUEST + b"\r\n") * 300)
    return client


def is_open(client):
    try:
        client.send(b"a")
        return True
    except BlockingIOError:
        return True
    except OSError:
        client.close()
        return False


def main(address, half_requests, slow_readers):
    kinds = {send_half_a_request: half_requests, read_nothing: slow_readers}
    clients = {kind: [] for kind in kinds}
    announced = False
    while True:
        for kind, wanted in kinds.items():
            clients[kind] = [client for client in clients[kind] if is_open(client)]
            while len(clients[kind]) < wanted:
                try:
                    clients[kind].append(kind(address))
                except OSError:
                    break
        if not announced:
            print("open:", *(len(of_kind) for of_kind in clients.values()), flush=True)
            announced = True
        time.sleep(1)


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
