"""The app's server for ``formcheck app``: the pages behind the gate, with nothing asked outside."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from formcheck.app.ending import ends_soon
from formcheck.app.gate import Gate
from formcheck.app.offline import stay_offline
from formcheck.app.serve import spare_the_collector

stay_offline()
spare_the_collector()
app = App("pages.py", middleware=[Middleware(Gate)], lifespan=ends_soon)
