# make demo   build the zlib example into a wheel, install it in a clean environment, run it
# make test   set up and run the whole default test suite
# make check  ruff, mypy, clang-format, the extension with warnings as errors
# PYTHON=python3.12 make …  chooses the interpreter. Everything made lies in .venv and .work.

PYTHON ?= python3
TEST_ARGS ?=

.PHONY: demo test check clean

demo:
	tools/setup_machine.sh $(PYTHON) demo
	PYTHON=$(PYTHON) tools/demo.sh

test:
	tools/setup_machine.sh $(PYTHON) test
	PYTHON=$(PYTHON) tools/setup_venv.sh
	.venv/bin/python -m pytest $(TEST_ARGS)

check:
	tools/setup_machine.sh $(PYTHON) check
	PYTHON=$(PYTHON) tools/setup_venv.sh
	tools/check.sh

clean:
	rm -rf .venv .work build *.egg-info
