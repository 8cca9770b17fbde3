# What developers and users call. Each target does the set-up that it needs (packaging/setup.sh) and builds what it runs.
# ARGS= goes to the program, JOBS= to the compilers, NAME= names one test, fuzz target or benchmark.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

ARGS ?=
NAME ?=
JOBS ?= $(shell nproc)
SECONDS_EACH ?= 60

setup = packaging/setup.sh
build = cmake --build --parallel $(JOBS) --preset
ctest = QT_QPA_PLATFORM=$(or $(QT_QPA_PLATFORM),offscreen) ctest --parallel $(JOBS) $(if $(NAME),--tests-regex '$(NAME)') --preset

.PHONY: help demo build run test test-unit test-integration test-faults test-build pictures lint format fmt check bench bench-peers fuzz coverage \
	dev-setup dev asan tsan headless clean display

help:  ## this list
	@echo 'Tickdeck: `make demo` shows it, `make test` tests it. The rest:'
	grep -hE '^[a-z-]+( [a-z-]+)*:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+)[^#]*## (.*)/  \1|\2/' | column -t -s '|'

demo: display build  ## the window over simulated venues; ARGS=--no-gui: the engine alone
	@exec build/tickdeck --demo $(ARGS)

display:
	@if [[ -z "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}$${QT_QPA_PLATFORM:-}" && " $(ARGS) " != *" --no-gui "* ]]; then
		echo 'There is no display here (DISPLAY and WAYLAND_DISPLAY are not set), so the window cannot be shown.' >&2
		echo 'Without a window: make demo ARGS=--no-gui' >&2
		exit 2
	fi

build:  ## the program, at build/tickdeck
	@$(setup) build
	cmake --preset dev >/dev/null
	$(build) dev --target tickdeck
	ln -sf dev/app/tickdeck build/tickdeck

run: build  ## the program on the live venues; ARGS= as on its command line
	@exec build/tickdeck $(ARGS)

test-build:
	@$(setup) build test
	cmake --preset dev -DTICKDECK_TESTS=ON >/dev/null
	$(build) dev
	ln -sf dev/app/tickdeck build/tickdeck

test: test-build  ## every test; NAME= picks by regular expression
	@$(ctest) dev

test-unit: test-build  ## the tests that need no engine
	@$(ctest) dev --label-regex '^unit$$'

test-integration: test-build  ## the tests of the whole program
	@$(ctest) dev --label-regex '^integration$$'

test-faults: test-build  ## all seeds of the fault bed, of which `make test` runs a tenth
	@$(ctest) dev --build-config whole --label-regex '^faults-whole$$'

pictures: test-build  ## pictures of the window and each dock, in build/pictures/
	@rm -rf build/pictures
	mkdir -p build/pictures
	TICKDECK_PICTURES=$(CURDIR)/build/pictures QT_QPA_PLATFORM=xcb \
		xvfb-run --auto-servernum --server-args='-screen 0 2560x1440x24' \
		ctest --preset dev --label-regex '^ui$$' --no-tests=error
	ls build/pictures

lint:  ## format, layers, headers, typos, licences, clang-tidy on what changed and its dependants; ALL=1: on all
	@$(setup) build test lint
	cmake --preset dev -DTICKDECK_TESTS=ON >/dev/null
	tests/lint/lint.sh build/dev $(if $(ALL),--all)

format fmt:  ## writes the code in its format
	@$(setup) lint
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

check:  ## compiles everything, links nothing
	@$(setup) build test
	cmake --preset dev -DTICKDECK_TESTS=ON >/dev/null
	ninja -C build/dev -t targets all | sed -nE 's/^(.*\.cpp\.o): .*/\1/p' | xargs ninja -C build/dev -j $(JOBS)

bench:  ## the benchmarks, optimised; NAME= picks one (what each wants: bench/README.md)
	@$(setup) build test
	cmake --preset release -DTICKDECK_TESTS=ON >/dev/null
	$(build) release --target benches
	export TICKDECK_BENCH_RECORDING=$${TICKDECK_BENCH_RECORDING:-$(CURDIR)/build/peers/recording}
	[ -e "$$TICKDECK_BENCH_RECORDING/rec.jsonl" ] || python3 bench/recording/make_recording.py "$$TICKDECK_BENCH_RECORDING"
	failed=0
	for program in $$(grep -E '$(NAME)' build/release/benches.txt); do
		echo "== $$program"
		build/release/$$program $(ARGS) || failed=1
	done
	exit $$failed

bench-peers:  ## our decoders beside cryptofeed and barter-data (Rust) on the same bytes; installs both below build/peers/
	@$(setup) build test
	cmake --preset release -DTICKDECK_TESTS=ON >/dev/null
	$(build) release --target decode_bench
	python3 bench/peers/peers.py build/release/bench/peers/decode_bench build/peers

fuzz:  ## each fuzz target for SECONDS_EACH=60 with libFuzzer; NAME= picks one
	@$(setup) build fuzz
	cmake --preset fuzz >/dev/null
	$(build) fuzz
	for target in $$(grep -E '$(NAME)' build/fuzz/fuzzers.txt); do
		name=$$(basename $$target)
		mkdir -p build/fuzz/corpus/$$name
		echo "== $$name"
		build/fuzz/$$target -max_total_time=$(SECONDS_EACH) -timeout=5 -print_final_stats=1 \
			-artifact_prefix=build/fuzz/$$name- build/fuzz/corpus/$$name tests/data/fuzz/$$name
	done

coverage:  ## line coverage of the tests, in build/coverage/report/
	@$(setup) build test coverage
	cmake --preset coverage -DTICKDECK_TESTS=ON >/dev/null
	$(build) coverage
	find build/coverage -name '*.gcda' -delete
	$(ctest) coverage
	mkdir -p build/coverage/report
	gcovr --root . --object-directory build/coverage --filter engine/ --filter app/ --exclude-unreachable-branches \
		--html-details build/coverage/report/index.html --print-summary

dev-setup:  ## everything that any target needs
	@$(setup) build test lint fuzz coverage translate

dev: format lint test  ## before a commit

asan tsan:  ## the tests under the address (tsan: thread) sanitizer
	@$(setup) build test
	cmake --preset $@ -DTICKDECK_TESTS=ON >/dev/null
	$(build) $@
	$(ctest) $@

headless:  ## the engine and its tests without QtGui and QtWidgets
	@$(setup) build test
	cmake --preset headless -DTICKDECK_TESTS=ON >/dev/null
	$(build) headless

clean:  ## removes build/
	@rm -rf build
