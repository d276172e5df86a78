"""The Streamlit app: pages and widgets. It knows the analysis and the history, and nothing below them."""
