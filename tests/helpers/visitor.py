"""A visitor of the app who speaks its protocol: a session of its own on a real server, without a browser's weight.

What is on a page is read with Streamlit's own test tree (``visitor.page.button``, ``.error``, ``.metric`` …).
"""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1.element_tree import ElementTree, parse_tree_from_messages
from websockets.sync.client import ClientConnection, connect

# No test measures time; an answer that takes this long will not come.
ANSWER_S = 120.0
_MAX_MESSAGE = 256 * 2**20
_DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Visitor:
    """One browser session."""

    def __init__(self, socket: ClientConnection, address: str, xsrf: str, cookies: str) -> None:
        self.address, self.session_id = address, ""
        self.page: ElementTree = parse_tree_from_messages([])
        self._socket, self._xsrf, self._cookies = socket, xsrf, cookies
        self._messages: list[ForwardMsg] = []
        self._page_hash, self._poll = "", ""
        self._uploads: dict[str, WidgetState] = {}

    def open(self, name: str = "", query: str = "") -> ElementTree:
        """Go to a page by its name, as its address does."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = name, query
        return self._run(asked)

    def run(self) -> ElementTree:
        """Run the page again, as any click does."""
        return self._run(self._ask())

    def poll(self) -> ElementTree:
        """Run the part of the page that asked to be run again by itself; all of it where none did."""
        asked = self._ask()
        if self._poll:
            asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = self._poll, True
        return self._run(asked)

    def click(self, label: str, **typed: str) -> ElementTree:
        """Press a button, with words typed into the text fields with these labels."""
        states = [WidgetState(id=self._find("button", label), trigger_value=True)]
        states += [WidgetState(id=self._find("text_input", field), string_value=words) for field, words in typed.items()]
        return self._run(self._ask(*states))

    def _find(self, kind: str, label: str) -> str:
        return str(next(node.proto.id for node in self.page.get(kind) if node.label == label))  # type: ignore[attr-defined]

    def upload(self, name: str, data: bytes) -> ElementTree:
        """Put a file into the page's first uploader."""
        uploader = self.page.get("file_uploader")[0].proto.id
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid.uuid4().hex
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session_id
        self._socket.send(asked.SerializeToString())
        urls = next(m.file_urls_response.file_urls[0] for m in self._listen() if m.HasField("file_urls_response"))
        status = self.put(urls.upload_url, name, data)
        assert status in (200, 204), f"the upload of {name!r} was answered with {status}"
        state = WidgetState(id=uploader)
        state.file_uploader_state_value.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)
        self._uploads[uploader] = state
        return self.run()

    def put(self, path: str, name: str, data: bytes) -> int:
        """Send a file to an upload address; the answer's status."""
        quoted = name.encode("utf-8", "replace").replace(b'"', b"%22").replace(b"\n", b"%0A").replace(b"\r", b"%0D")
        edge = b"----" + uuid.uuid4().hex.encode()
        head = b'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: video/mp4\r\n\r\n' % quoted
        body = b"--" + edge + b"\r\n" + head + data + b"\r\n--" + edge + b"--\r\n"
        return self.request("PUT", path, body, {"Content-Type": f"multipart/form-data; boundary={edge.decode()}"})[0]

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """An HTTP request with this visitor's cookies; the answer's status and content."""
        sent = {"Cookie": self._cookies, "X-Xsrftoken": self._xsrf, **(headers or {})}
        request = urllib.request.Request(f"{self.address}/{path.lstrip('/')}", body, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def _ask(self, *changed: WidgetState) -> BackMsg:
        """Ask for the page again. What is not said of a widget stays as the server has it."""
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page_hash
        asked.rerun_script.widget_states.widgets.extend([*self._uploads.values(), *changed])
        return asked

    def _run(self, asked: BackMsg) -> ElementTree:
        self._poll = ""
        self._socket.send(asked.SerializeToString())
        for message in self._listen():
            if message.HasField("new_session"):
                self.session_id = message.new_session.initialize.session_id or self.session_id
                self._page_hash = message.new_session.page_script_hash or self._page_hash
                if not asked.rerun_script.fragment_id:
                    self._messages.clear()
            elif message.HasField("navigation"):
                self._page_hash = message.navigation.page_script_hash or self._page_hash
            elif message.HasField("auto_rerun"):
                self._poll = message.auto_rerun.fragment_id
            elif message.HasField("delta"):
                self._messages.append(message)
            elif message.WhichOneof("type") == "script_finished":
                if message.script_finished in _DONE:
                    break
                asked.rerun_script.fragment_id = ""  # another, whole run follows
        self.page = parse_tree_from_messages(self._messages)
        present = {node.proto.id for node in self.page.get("file_uploader")}
        self._uploads = {widget: state for widget, state in self._uploads.items() if widget in present}
        return self.page

    def _listen(self) -> Iterator[ForwardMsg]:
        deadline = time.monotonic() + ANSWER_S
        while True:
            data = self._socket.recv(timeout=max(0.0, deadline - time.monotonic()))
            assert isinstance(data, bytes)
            message = ForwardMsg()
            message.ParseFromString(data)
            yield message


def read_cookies(address: str, path: str) -> dict[str, str]:
    """The cookies that an answer sets."""
    with urllib.request.urlopen(f"{address}/{path}", timeout=ANSWER_S) as answer:
        pairs = [line.partition(";")[0].partition("=") for line in answer.headers.get_all("Set-Cookie", [])]
    return {name: value for name, _, value in pairs}


@contextmanager
def visit(address: str, cookies: dict[str, str] | None = None, *, called: str | None = None, again: str = "") -> Iterator[Visitor]:
    """Open a session on the app at ``address`` (``http://127.0.0.1:PORT``), with further cookies.

    ``called`` is the name by which the browser knows the server, if it is another one than in ``address``; ``again`` the id of a
    session whose connection broke off, which the browser goes on with.
    """
    origin = f"http://{called}:{urlsplit(address).port}" if called else address
    given = read_cookies(address, "") | read_cookies(address, "_stcore/health")
    xsrf = given["_streamlit_xsrf"]
    jar = "; ".join(f"{name}={value}" for name, value in {**given, **(cookies or {})}.items())
    with connect(
        f"ws://{urlsplit(origin).netloc}/_stcore/stream",
        sock=create_connection((urlsplit(address).hostname, urlsplit(address).port), timeout=ANSWER_S),
        origin=origin,  # type: ignore[arg-type]
        subprotocols=["streamlit", xsrf, *([again] if again else [])],  # type: ignore[list-item]
        additional_headers={"Cookie": jar},
        max_size=_MAX_MESSAGE,
        open_timeout=ANSWER_S,
    ) as socket:
        yield Visitor(socket, address, xsrf, jar)


def read_words(page: ElementTree) -> str:
    """Everything that stands on a page in words."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "info", "warning", "success", "text")
    return read_markdown("\n".join(str(getattr(node, "value", "")) for kind in kinds for node in page.get(kind)))


def read_markdown(text: str) -> str:
    """Text as it is read: without the signs that keep a name from being markup."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace("\u2060", "")


def read_metrics(page: ElementTree) -> dict[str, str]:
    """The page's figures by their labels."""
    return {str(node.label): str(node.value) for node in page.get("metric")}  # type: ignore[attr-defined]
