"""Files of the tests, and how much memory a process ever had at once."""
import hashlib
import random

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
MEBIBYTE = 1024 * 1024
LARGEST = 20 * MEBIBYTE  # that Tracecat takes


def text_file(size, seed=1):
    """Lines of text; no two calls with other seeds are alike."""
    if size < 40:
        return hashlib.sha256(str(seed).encode()).hexdigest().encode()[:size]
    line = b"%016x a line of a log, of which there are many\n"
    rng = random.Random(seed)
    whole = b"".join(line % rng.getrandbits(64) for _ in range(size // 58 + 1))
    return whole[:size]


def picture(size, seed=1):
    """Bytes of any value behind a picture's first ones."""
    return PNG[:8] + random.Random(seed).randbytes(size - 8)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def kibibytes(pid, what):
    """VmRSS: now. VmHWM: the most since forget_peak()."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what + ":"))


def forget_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as refs:
        refs.write("5")
