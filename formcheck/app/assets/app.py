"""The app's server for ``formcheck app``: the pages behind the gate, with nothing asked outside."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from formcheck.app.gate import Gate
from formcheck.app.offline import stay_offline

stay_offline()
app = App("pages.py", middleware=[Middleware(Gate)])
