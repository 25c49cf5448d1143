"""Writes numbered records to Redis, one every 20 ms by a connection of its own, until its standard input ends.

Usage: redis-writer.py ADDRESS FILE SERVER=NAME...

Each record is written in the way of examples/redis: SET, then WAIT for the replica. FILE gets a line for each answer: the number,
and "confirmed" or "replicated". Standard output gets each outcome as SampleLines.java reads it.
"""

import datetime
import socket
import sys
import threading
import time

EVERY = 0.02
PATIENCE = 1
PORT = 6379
WAIT = 200


class Refused(Exception):
    pass


def command(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        word = str(word).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
    return b"".join(parts)


def line(answers):
    text = answers.readline()
    if not text.endswith(b"\r\n"):
        raise ConnectionError("closed")
    text = text.decode().rstrip()
    if text.startswith("-"):
        raise Refused(text.split()[0][1:].lower())
    return text


class Writer:
    def __init__(self, address, file, names):
        self.address = address
        self.file = file
        self.names = names
        self.lock = threading.Lock()
        self.zero = time.monotonic_ns()

    def now(self):
        return time.monotonic_ns() - self.zero

    def write(self, number):
        sent = self.now()
        answered, result, server = None, "200", "?"
        try:
            with socket.create_connection((self.address, PORT), PATIENCE) as connection:
                with connection.makefile("rb") as answers:
                    connection.sendall(
                        command("SET", "record:%d" % number, number)
                        + command("CONFIG", "GET", "replica-announce-ip")
                        + command("WAIT", 1, WAIT))
                    line(answers)
                    answered = self.now()
                    self.note(number, "confirmed")
                    for _ in range(4):
                        line(answers)
                    server = self.names[line(answers)]
                    if int(line(answers)[1:]) >= 1:
                        self.note(number, "replicated")
        except Refused as e:
            result = str(e)
        except TimeoutError:
            result = "timeout" if answered is None else result
        except OSError:
            result = "connection" if answered is None else result
        with self.lock:
            print(sent, answered or self.now(), result, server, flush=True)

    def note(self, number, what):
        with self.lock:
            print(number, what, file=self.file, flush=True)


def main(address, file, *names):
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    with open(file, "w") as notes:
        writer = Writer(address, notes, dict(name.split("=") for name in names))
        print(datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "PT0.02S", flush=True)
        writes = []
        number = 0
        while not over.is_set():
            number += 1
            writes.append(threading.Thread(target=writer.write, args=(number,)))
            writes[-1].start()
            over.wait(max(0, number * EVERY - writer.now() / 1e9))
        for write in writes:
            write.join()


main(*sys.argv[1:])
