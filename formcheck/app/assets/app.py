"""The app's entry for ``streamlit run app.py``: a router of pages, nothing else."""

from formcheck.app.main import main

main()
