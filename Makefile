# What people type; each line also stands in the README. Inside a virtual environment.
.PHONY: install demo app test check docs messages wheel

install:
	pip install -e ".[test,docs]"

demo:
	formcheck demo

app:
	streamlit run app.py

test:
	pytest

check:
	ruff check . && ruff format --check . && mypy && lint-imports

docs:
	mkdocs build --strict

messages:
	pybabel extract --mapping babel.cfg --keywords tr --keywords tr_count:1,2 --output formcheck.pot .

wheel:
	pip wheel --no-deps --wheel-dir dist .
