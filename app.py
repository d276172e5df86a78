"""The app's server for ``streamlit run app.py``: the pages behind the gate, with nothing asked outside."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from formcheck.app.gate import Gate
from formcheck.app.offline import stay_offline

stay_offline()
app = App("formcheck/app/assets/pages.py", middleware=[Middleware(Gate)])
