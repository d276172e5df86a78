"""The part of the *Analyze* page that offers the phone as the camera: the code, what is open to whom, the film's arrival."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO, cast

import segno
import streamlit as st

from formcheck.app.phone.network import list_addresses
from formcheck.app.phone.receiver import PhoneReceiver
from formcheck.app.serve import is_loopback
from formcheck.app.shared import login, session, visits
from formcheck.app.shared.uploads import MAX_VIDEO_BYTES, VIDEO_TYPES
from formcheck.support.errors import FormcheckError
from formcheck.support.language import tr

Take = Callable[[str, BinaryIO], None]
"""Takes a film over: its name, and its bytes."""

_RECEIVER, _OPENED_UNTIL, _NOTE = "phone_receiver", "phone_until", "phone_note"
POLL_S = 1.0


def offer_phone(take: Take) -> None:
    """Show *Film with my phone*; ``take`` is called with the film that arrives.

    It is offered where the app itself is open to this computer alone: on a server, a phone opens the app itself.
    """
    state = st.session_state
    asked = state.pop(session.ASKED_PHONE, False)
    if not is_offered():
        return
    if message := state.pop(_NOTE, None):
        st.info(message, icon=":material/smartphone:")
    if is_open():
        _show_open(take)
        return
    if asked or st.button(
        tr("Film with my phone"),
        icon=":material/smartphone:",
        help=tr("Shows a code. The phone films with its own camera app and sends the video here over your Wi-Fi."),
    ):
        _open()
        st.rerun()


def is_open() -> bool:
    """Whether a code is shown now."""
    return _RECEIVER in st.session_state


def is_offered() -> bool:
    """Whether a phone can send a video to this computer; on a server, a phone opens the app itself."""
    return not login.login_configured() and is_loopback(st.get_option("server.address"))


def _open() -> None:
    state, addresses = st.session_state, list_addresses()
    if not addresses:
        state[_NOTE] = tr("This computer is not on a local network. Connect it to the same Wi-Fi as your phone and try again.")
        return
    visit = visits.visit()
    folder = visits.workspace().new_folder()
    visit.folders.append(folder)
    try:
        receiver = PhoneReceiver(folder, addresses[0], max_bytes=MAX_VIDEO_BYTES, suffixes=VIDEO_TYPES)
    except FormcheckError as error:
        visit.drop(folder)
        state[_NOTE] = str(error)
        return
    state[_RECEIVER] = receiver
    state[_OPENED_UNTIL] = datetime.now() + timedelta(seconds=receiver.closes_at - time.monotonic())


def _close(note: str | None = None) -> None:
    state = st.session_state
    receiver = cast("PhoneReceiver | None", state.pop(_RECEIVER, None))
    if receiver is not None:
        receiver.close()
        visits.visit().drop(receiver.folder)
    if note:
        state[_NOTE] = note


@st.fragment(run_every=POLL_S)
def _show_open(take: Take) -> None:
    receiver = cast("PhoneReceiver | None", st.session_state.get(_RECEIVER))
    if receiver is None:
        return
    receiver.keep_open()
    if receiver.film is not None:
        with receiver.film.path.open("rb") as film:
            name = receiver.film.name
            st.session_state.pop(_RECEIVER)
            try:
                take(name, cast(BinaryIO, film))
            finally:
                receiver.close()
                visits.visit().drop(receiver.folder)
        return
    if receiver.state == "closed":
        _close(tr("The code's ten minutes are over, and it is closed. Show a new one when you are ready."))
        st.rerun(scope="app")
    with st.container(border=True):
        st.header(tr("Film with my phone"), anchor=False)
        code, words = st.columns([1, 2], vertical_alignment="center")
        code.image(
            segno.make(receiver.url, error="m").svg_inline(scale=6, border=4, light="white"),
            width=240,
            alt=tr("A QR code that opens the address below on the phone."),
        )
        with words:
            st.markdown(tr("1. Point the phone's camera at the code. The phone must be on the same Wi-Fi."))
            st.markdown(tr("2. Film one set with it, side-on, whole body and both feet in the picture."))
            st.markdown(tr("3. Send it. The report appears here."))
            st.caption(tr("Or type this address:"))
            st.code(receiver.url, language=None, wrap_lines=True)
        if receiver.state == "receiving":
            st.progress(receiver.share, text=tr("Receiving the video: {share:.0%}").format(share=receiver.share))
        until = cast(datetime, st.session_state[_OPENED_UNTIL])
        st.caption(
            tr(
                "Open until {until:%H:%M} or until one video has arrived, only while this page is shown, to "
                "devices on your local network that have this code. They can see nothing of yours: not this "
                "app, not your history. The transfer is not encrypted, so use a network that you trust."
            ).format(until=until)
        )
        if st.button(tr("Close"), icon=":material/close:"):
            _close()
            st.rerun(scope="app")
