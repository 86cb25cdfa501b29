# Two commands set everything up on a fresh machine: `make playground` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL = if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python "$$@"; \
          else $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$@"; fi

.PHONY: install install-service playground run test check format bench lock clean

install: $(VENV)/run.stamp

# As root: the program, its unit and its user for systemd, and .env as /etc/parley/env unless that is there already.
# With DESTDIR all of it is put below a folder.
install-service: BIN = $(DESTDIR)/opt/parley/.venv/bin
install-service: export UV_COMPILE_BYTECODE = 1
install-service:
	test -e $(DESTDIR)/etc/parley/env || install -D -m 600 .env $(DESTDIR)/etc/parley/env
	$(PYTHON) -m venv $(DESTDIR)/opt/parley/.venv
	set -- --require-hashes -r requirements.lock; $(INSTALL)
	set -- --no-deps --no-build-isolation .; $(INSTALL)
	install -D -m 644 deploy/sysusers.conf $(DESTDIR)/etc/sysusers.d/parley.conf
	install -D -m 644 deploy/tmpfiles.conf $(DESTDIR)/etc/tmpfiles.d/parley.conf
	install -D -m 644 deploy/parley.service $(DESTDIR)/etc/systemd/system/parley.service
	systemd-sysusers --root=$(DESTDIR) parley.conf
	systemd-tmpfiles --root=$(DESTDIR) --create parley.conf
	systemctl daemon-reload

playground: $(VENV)/run.stamp
	$(BIN)/parley playground $(if $(PORT),--port $(PORT))

run: $(VENV)/run.stamp
	$(BIN)/parley run

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -n 6 --dist worksteal

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/house/test_imports.py tests/house/test_docs.py

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

# Writes both lock files anew from pyproject.toml (needs uv).
lock:
	uv pip compile --quiet --universal --generate-hashes --no-header --all-extras --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --all-extras --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	set -- --require-hashes -r requirements.lock; $(INSTALL)
	set -- --no-deps --no-build-isolation -e .; $(INSTALL)
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	set -- --require-hashes -r requirements-dev.lock; $(INSTALL)
	set -- --no-deps --no-build-isolation -e .; $(INSTALL)
	touch $@ $(VENV)/run.stamp

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
