"""Files of the largest size pass in either direction without being held more than once (or once more, encoded)."""
import base64

import pytest
from conftest import until
from files_support import LARGEST, forget_peak, kibibytes, picture
from organisation import Organisation, bridge
from reverse_support import Reverse
from test_attachments import download, stored

ALLOWED = 64 * 1024  # KiB above idle


class Watched:
    """The memory of a bridge that has answered something already."""

    def __init__(self, running):
        self.pid = running.process.pid
        self.idle = kibibytes(self.pid, "VmRSS")

    def rise(self, work):
        forget_peak(self.pid)
        out = work()
        return out, kibibytes(self.pid, "VmHWM") - self.idle

    def comes_down(self):
        until(lambda: kibibytes(self.pid, "VmRSS") - self.idle < 8 * 1024)


def test_the_largest_file_through_the_tracecat_facade(stack):
    organisation = Organisation(stack, [bridge("main")])
    client = organisation.client()
    case = client.create()
    small = stored(client, case, "small.txt", "bytes")
    assert download(client, case, small["id"]) == b"bytes"
    memory = Watched(organisation.bridge)
    data = picture(LARGEST)
    for name in ("first.png", "second.png"):
        (made, rise) = memory.rise(lambda: stored(client, case, name, data + b"", "image/png"))
        assert rise < ALLOWED, f"upload: {rise} KiB"
        memory.comes_down()
        (back, rise) = memory.rise(lambda: download(client, case, made["id"]))
        assert back == data
        assert rise < ALLOWED, f"download: {rise} KiB"
        memory.comes_down()


def test_the_largest_file_through_the_threatconnect_facade(stack):
    reverse = Reverse(stack)
    client = reverse.client()
    case = client.create()["id"]

    def put(name, data):
        body = {"caseId": case, "type": "Image File", "summary": name, "fileData": base64.b64encode(data).decode()}
        return client.done("POST", "/artifacts", json=body)["id"]

    def get(number):
        whole = client.done("GET", f"/artifacts/{number}", params=[("fields", "fileData")])
        return base64.b64decode(whole["fileData"])

    assert get(put("small.png", picture(100))) == picture(100)
    memory = Watched(reverse.bridge)
    data = picture(LARGEST, seed=2)
    (number, rise) = memory.rise(lambda: put("screen.png", data))
    assert rise < ALLOWED, f"upload: {rise} KiB"
    memory.comes_down()
    (back, rise) = memory.rise(lambda: get(number))
    assert back == data
    assert rise < ALLOWED, f"download: {rise} KiB"
    memory.comes_down()
