#!/usr/bin/env python3
"""Treats a running `refbatch serve` as badly as a network can, on loopback.

    abuse.py PORT PID TOKEN

Each case says what must come back. A healthy client asks all the time and must be answered within a
second; at the end the process has as many descriptors open as before, and little more memory.
"""
import os
import random
import socket
import struct
import sys
import threading
import time

PORT, PID, TOKEN = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
failures = []


def connect(timeout=15):
    s = socket.create_connection(("127.0.0.1", PORT), timeout)
    s.settimeout(timeout)
    return s


def read_all(s):
    """All bytes up to the end; a reset is told apart."""
    data = b""
    try:
        while True:
            piece = s.recv(65536)
            if not piece:
                return data
            data += piece
    except ConnectionResetError:
        return data + b"<reset>"
    except TimeoutError:
        return data + b"<open>"


def exchange(request, timeout=15):
    s = connect(timeout)
    try:
        s.sendall(request)
    except OSError:
        pass
    answer = read_all(s)
    s.close()
    return answer


def status(answer):
    return answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/1.1 ") else "-"


def check(name, got, *wanted):
    if got not in wanted:
        failures.append(f"{name}: {got!r}, and not {' or '.join(map(repr, wanted))}")


def lines(*words):
    return ("\r\n".join(words) + "\r\n\r\n").encode("latin-1")


HOST = "Host: x"
CLOSE = "Connection: close"


class Healthy(threading.Thread):
    """Asks for /healthz on connections of its own, again and again."""

    def __init__(self):
        super().__init__(daemon=True)
        self.worst, self.count, self.stopped = 0.0, 0, False

    def run(self):
        while not self.stopped:
            start = time.monotonic()
            try:
                answer = exchange(lines("GET /healthz HTTP/1.1", HOST, CLOSE), 5)
            except OSError as error:
                answer = str(error).encode()
            self.worst = max(self.worst, time.monotonic() - start)
            if not answer.endswith(b"ok\n"):
                failures.append(f"the healthy client got {answer[:80]!r}")
            self.count += 1
            time.sleep(0.02)


def malformed():
    cases = {
        "no host": (lines("GET /healthz HTTP/1.1"), "400"),
        "two hosts": (lines("GET /healthz HTTP/1.1", HOST, "Host: y"), "400"),
        "bad host": (lines("GET /healthz HTTP/1.1", "Host: a b"), "400"),
        "blank before the colon": (lines("GET /healthz HTTP/1.1", HOST, "A : b"), "400"),
        "no colon": (lines("GET /healthz HTTP/1.1", HOST, "nonsense"), "400"),
        "folded": (lines("GET /healthz HTTP/1.1", HOST, "A: b", " c"), "400"),
        "bare lf": (b"GET /healthz HTTP/1.1\nHost: x\n\n", "400"),
        "nul": (lines("GET /healthz HTTP/1.1", HOST, "A: \0"), "400"),
        "cr in a value": (lines("GET /healthz HTTP/1.1", HOST, "A: b\rc"), "400"),
        "both lengths": (
            lines("POST /healthz HTTP/1.1", HOST, "Content-Length: 3", "Transfer-Encoding: chunked")
            + b"0\r\n\r\n", "400"),
        "unequal lengths": (
            lines("GET /healthz HTTP/1.1", HOST, "Content-Length: 3", "Content-Length: 4"), "400"),
        "no digits": (lines("GET /healthz HTTP/1.1", HOST, "Content-Length: +3"), "400"),
        "negative": (lines("GET /healthz HTTP/1.1", HOST, "Content-Length: -1"), "400"),
        "huge length": (lines("GET /healthz HTTP/1.1", HOST, "Content-Length: 99999999999999999999"),
                        "413"),
        "long body": (lines("GET /healthz HTTP/1.1", HOST, "Content-Length: 65537"), "413"),
        "unknown coding": (lines("GET /healthz HTTP/1.1", HOST, "Transfer-Encoding: gzip"), "400"),
        "bad chunk": (
            lines("GET /healthz HTTP/1.1", HOST, "Transfer-Encoding: chunked") + b"zz\r\n", "400"),
        "0.9": (b"GET /healthz\r\n\r\n", "400"),
        "9.9": (lines("GET /healthz HTTP/9.9", HOST), "505"),
        "2.0": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"),
        "tls": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(500), "400"),
        "noise": (bytes([0]) + os.urandom(4000), "400"),
        "two blanks": (lines("GET  /healthz HTTP/1.1", HOST), "400"),
        "no target": (lines("GET HTTP/1.1", HOST), "400"),
        "ff fe": (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        "authority": (lines("CONNECT example.com:443 HTTP/1.1", HOST), "400"),
        "long line": (lines("GET /" + "a" * 9000 + " HTTP/1.1", HOST), "414"),
        "endless line": (b"GET /" + b"a" * 200_000, "414"),
        "long header": (lines("GET / HTTP/1.1", HOST, "A: " + "b" * 17_000), "431"),
        "64 KiB header": (lines("GET / HTTP/1.1", HOST, "A: " + "b" * 65_536), "431"),
        "1 MB header": (lines("GET / HTTP/1.1", HOST, "A: " + "b" * 1_000_000), "431"),
        "101 fields": (lines("GET / HTTP/1.1", HOST, *["A: b"] * 100), "431"),
    }
    for name, (request, wanted) in cases.items():
        answer = exchange(request)
        check(name, status(answer), wanted)
        if not answer.startswith(b"HTTP/1.1 ") or b"<" in answer[-8:]:
            failures.append(f"{name}: not closed in order: {answer[-60:]!r}")


def wellformed():
    bearer = f"Authorization: Bearer {TOKEN}"
    cases = {
        "plain": (lines("GET /healthz HTTP/1.1", HOST, CLOSE), "200"),
        "absolute": (lines("GET http://other/healthz HTTP/1.1", HOST, CLOSE), "200"),
        "1.0": (lines("GET /healthz HTTP/1.0"), "200"),
        "1.0 with keep-alive": (lines("GET /healthz HTTP/1.0", "Connection: keep-alive"), "200"),
        "empty lines first": (b"\r\n" + lines("GET /healthz HTTP/1.1", HOST, CLOSE), "200"),
        "100 fields": (lines("GET /healthz HTTP/1.1", HOST, CLOSE, *["A: b"] * 98), "200"),
        "8 KiB line": (lines("GET /" + "a" * (8192 - 14) + " HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "body": (lines("GET /healthz HTTP/1.1", HOST, CLOSE, "Content-Length: 5") + b"hello", "200"),
        "chunks": (
            lines("GET /healthz HTTP/1.1", HOST, CLOSE, "Transfer-Encoding: chunked")
            + b"5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n", "200"),
        "expect": (
            lines("POST /track/click HTTP/1.1", HOST, "Content-Length: 5", "Expect: 100-continue",
                  bearer), "405"),
        "no token": (lines("GET /companies/dashboard HTTP/1.1", HOST, CLOSE), "401"),
        "dots": (lines("GET /../../etc/passwd HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "encoded dots": (lines("GET /%2e%2e/etc/passwd HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "encoded nul": (lines("GET /%00 HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "slashes": (lines("GET //companies//dashboard HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "encoded letter": (lines("GET /companies/d%61shboard HTTP/1.1", HOST, CLOSE, bearer), "404"),
        "options": (lines("OPTIONS /companies/dashboard HTTP/1.1", HOST, CLOSE, bearer), "405"),
        "trace": (lines("TRACE /companies/dashboard HTTP/1.1", HOST, CLOSE, bearer), "405"),
        "unknown method": (lines("BREW /companies/dashboard HTTP/1.1", HOST, CLOSE, bearer), "405"),
        "lower case": (lines("get /companies/dashboard HTTP/1.1", HOST, CLOSE, bearer), "405"),
    }
    for name, (request, wanted) in cases.items():
        answer = exchange(request)
        check(name, status(answer), wanted)
        if wanted == "405" and b"\r\nAllow: GET, HEAD\r\n" not in answer:
            failures.append(f"{name}: 405 without Allow")
        if b"<" in answer[-8:]:
            failures.append(f"{name}: not closed in order: {answer[-60:]!r}")
    head = exchange(lines("HEAD /healthz HTTP/1.1", HOST, CLOSE))
    if not head.endswith(b"\r\n\r\n") or b"Content-Length: 3" not in head:
        failures.append(f"HEAD: {head!r}")


def pieces():
    request = lines("GET /healthz HTTP/1.1", HOST, CLOSE)
    s = connect()
    for byte in request:
        s.sendall(bytes([byte]))
    check("byte by byte", status(read_all(s)), "200")
    one = lines("GET /healthz HTTP/1.1", HOST)
    for count in (3, 99):
        answer = exchange(one * count + request)
        check(f"{count} in a row", answer.count(b"HTTP/1.1 200 OK"), count + 1)
    answer = exchange(one * 1000)
    check("a thousand in a row", answer.count(b"HTTP/1.1 200 OK"), 100)
    if b"<reset>" in answer or b"Connection: close" not in answer:
        failures.append(f"a thousand in a row: {answer[-200:]!r}")
    mixed = one + lines("GET /nothing HTTP/1.1", HOST) + one
    check("order", [part[:3] for part in exchange(mixed + request).split(b"HTTP/1.1 ")[1:]],
          [b"200", b"401", b"200", b"200"])
    s = connect()
    s.sendall(b"GET /healthz HT")
    s.shutdown(socket.SHUT_WR)
    check("half a request", read_all(s), b"")
    s = connect()
    s.sendall(one * 3)
    s.shutdown(socket.SHUT_WR)
    check("three and FIN", read_all(s).count(b"200 OK"), 3)


def slow():
    """200 clients that send a byte now and then are shut out in time."""
    clients = []
    for _ in range(200):
        s = connect()
        s.sendall(b"GET /healthz HTTP/1.1\r\n")
        clients.append(s)
    start = time.monotonic()
    while time.monotonic() - start < 12:
        for s in clients:
            try:
                s.send(b"A")
            except OSError:
                pass
        time.sleep(1)
    still = 0
    for s in clients:
        s.settimeout(0.5)
        answer = read_all(s)
        if b"<open>" in answer:
            still += 1
        s.close()
    check("slow clients left", still, 0)


def idle():
    clients = []
    for _ in range(2000):
        try:
            clients.append(connect())
        except OSError:
            pass
    check("after 2,000 idle ones", status(exchange(lines("GET /healthz HTTP/1.1", HOST, CLOSE))), "200")
    for s in clients:
        s.close()


def flood(count):
    for _ in range(count):
        s = connect()
        if random.random() < 0.5:
            s.send(b"GET / HTTP/1.1\r\n")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()


def resets():
    bearer = f"Authorization: Bearer {TOKEN}"
    for _ in range(500):
        s = connect()
        s.sendall(lines("GET /openapi.json HTTP/1.1", HOST, bearer) * 20)
        if random.random() < 0.5:
            s.recv(10)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        s.close()


def unread():
    """Clients that ask for much and read nothing cost their connection alone."""
    bearer = f"Authorization: Bearer {TOKEN}"
    clients = []
    for _ in range(50):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.connect(("127.0.0.1", PORT))
        s.setblocking(False)
        try:
            s.send(lines("GET /openapi.json HTTP/1.1", HOST, bearer) * 300)
        except OSError:
            pass
        clients.append(s)
    time.sleep(11)
    for s in clients:
        s.close()


def descriptors():
    return len(os.listdir(f"/proc/{PID}/fd"))


def resident():
    with open(f"/proc/{PID}/status") as status_file:
        for line in status_file:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


def main():
    wellformed()
    before, memory = descriptors(), resident()
    healthy = Healthy()
    healthy.start()
    cases = [malformed, wellformed, pieces, slow, idle, lambda: flood(20_000), resets, unread]
    for case in cases:
        start = time.monotonic()
        case()
        name = getattr(case, "__name__", "").replace("<lambda>", "flood")
        print(f"{name}: {time.monotonic() - start:.1f} s, {descriptors()} descriptors, "
              f"{resident()} KiB, the healthy client waited {healthy.worst * 1000:.0f} ms at most")
    healthy.stopped = True
    healthy.join()
    time.sleep(2)
    check("descriptors at the end", descriptors() - before, 0, 1, -1)
    if resident() > 64 * 1024:
        failures.append(f"memory grew from {memory} to {resident()} KiB")
    if healthy.worst > 1 or healthy.count < 100:
        failures.append(f"the healthy client: {healthy.count} answers, {healthy.worst:.2f} s at worst")
    for failure in failures:
        print("FAILED:", failure)
    print(f"{healthy.count} answers to the healthy client, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
