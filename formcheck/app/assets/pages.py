"""What Streamlit runs for every visitor at every click: the router of pages only."""

from formcheck.app.main import main

main()
