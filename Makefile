# Every target sets itself up: Python 3.11 or newer, git, make and a package registry are all it needs.
# The environment is .venv, the program in it .venv/bin/footnote; a second run installs nothing.

PYTHON ?= python3
VENV := .venv
BENCH := .bench/venv
TRAIN := .train/venv
TORCH := torch==2.13.0
UV = $(VENV)/bin/uv pip
# The files name all that is needed, and leave out what packages ask for in vain (see `exclude-dependencies`).
INSTALL = $(UV) install --quiet --require-hashes --no-deps

# nltk, which LlamaIndex's own splitter needs, refuses files that are hard links into uv's cache.
export UV_LINK_MODE := copy

# The question reaches the program through the environment, as it was typed: neither make nor the shell reads it.
override Q := $(value Q)
export Q

.PHONY: ask question serve test lint bench train requirements clean

ask: question $(VENV)/runtime
	@$(VENV)/bin/footnote ask -- "$$Q"

question:
	@test -n "$$Q" || { echo 'usage: make ask Q="Who commands the mission?"' >&2; exit 2; }

serve: $(VENV)/runtime
	@$(VENV)/bin/footnote serve

test: $(VENV)/dev
	$(VENV)/bin/python -m pytest

lint: $(VENV)/dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

bench: $(BENCH)/ready
	$(BENCH)/bin/python benchmarks/run.py

# DATA holds the sets that training/README.md names. What was stopped goes on; the file looked for is written last.
train: $(TRAIN)/ready
	@test -d "$(DATA)" || { echo 'usage: make train DATA=folder (see training/README.md)' >&2; exit 2; }
	$(TRAIN)/bin/python -m pytest tests/test_training_*.py
	test -f .train/data/covidqa.jsonl.gz || $(TRAIN)/bin/python -m training.prepare "$(DATA)" .train/data
	$(TRAIN)/bin/python -m training.train .train/data/examples.jsonl.gz .train/run
	$(TRAIN)/bin/python -m training.export .train/run/checkpoint.pt .train/reader.onnx
	$(TRAIN)/bin/python -m training.measure .train/data/held_out.jsonl.gz .train/run/checkpoint.pt .train/reader.onnx

clean:
	rm -rf $(VENV) .bench .train .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- environments -----------------------------------------------------------------------------------------------

$(VENV)/bin/python $(BENCH)/bin/python $(TRAIN)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Footnote needs Python 3.11 or newer; name one like this: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -m venv $(@D)/..

$(VENV)/bootstrap: requirements/bootstrap.txt | $(VENV)/bin/python
	@echo 'installing the installer into $(VENV), once'
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/runtime: requirements/runtime.txt pyproject.toml $(VENV)/bootstrap
	@echo 'installing Footnote and what it needs into $(VENV), once'
	@$(INSTALL) --python $(VENV) -r $<
	@$(UV) install --quiet --python $(VENV) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/runtime
	@echo 'installing the tools of development into $(VENV), once'
	@$(INSTALL) --python $(VENV) -r $<
	@touch $@

# The benchmark's rival is heavy and stays out of .venv. Torch comes last and by pip, which knows this machine's build.
$(BENCH)/ready: requirements/bench.txt $(VENV)/runtime | $(BENCH)/bin/python
	@echo 'installing the benchmark into $(BENCH), once'
	@$(INSTALL) --python $(BENCH) -r requirements/bootstrap.txt -r requirements/runtime.txt
	@$(INSTALL) --python $(BENCH) -r $<
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(UV) install --quiet --python $(BENCH) --no-deps --no-build-isolation --editable .
	@touch $@

# What trains the reader: all that its tests need, and torch, as above.
$(TRAIN)/ready: requirements/dev.txt $(VENV)/runtime | $(TRAIN)/bin/python
	@echo 'installing what trains the reader into $(TRAIN), once'
	@$(INSTALL) --python $(TRAIN) -r requirements/bootstrap.txt -r requirements/runtime.txt
	@$(INSTALL) --python $(TRAIN) -r $<
	@$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(UV) install --quiet --python $(TRAIN) --no-deps --no-build-isolation --editable .
	@touch $@

# --- pinned requirements: what pyproject.toml asks for, for every platform, with hashes. UPGRADE=--upgrade moves pins.

COMPILE = $(UV) compile --quiet --universal --python-version 3.11 --generate-hashes \
  --custom-compile-command 'make requirements' $(UPGRADE)
# A package has one version, whichever environment it is in.
SAME = --constraints requirements/runtime.txt

requirements: | $(VENV)/bootstrap
	$(COMPILE) --group bootstrap --output-file requirements/bootstrap.txt
	$(COMPILE) pyproject.toml --output-file requirements/runtime.txt
	$(COMPILE) pyproject.toml --extra otel $(SAME) --output-file requirements/otel.txt
	$(COMPILE) --group dev $(SAME) --output-file requirements/dev.txt
	$(COMPILE) --group bench $(SAME) --output-file requirements/bench.txt
