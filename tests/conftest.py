"""What all tests share: the same random numbers, a browser, which microbp is tested, and a run without skips."""

import pytest
from needs import CHROMIUM, needs

import microbp

collect_ignore = ["typed"]  # read by type checkers, never run
if microbp.engine_name == "python":
    collect_ignore.append("test_native.py")


def pytest_addoption(parser):
    parser.addoption("--no-skips", action="store_true", help="the run fails if a test was skipped")


def pytest_report_header():
    return f"microbp {microbp.__version__} ({microbp.engine_name} engine) of {microbp.__path__[0]}"


SLOW = {
    "blame", "check_row", "claims", "cli", "compiler", "compiler_backends", "compiler_outputs", "compiler_random",
    "compiler_refusals", "engines", "exercise_kinds", "exercise_page", "exercises", "explain", "files", "gradcheck",
    "interrupts", "misleading", "native", "notebooks", "number_lines_live", "numbers_in_pictures", "optim",
    "packaging", "page_engine", "picture_commands", "playground", "plots", "readme", "rows", "stepper",
    "stepper_live", "terminal", "tikz", "transforms", "writer", "zoo",
}  # fmt: skip
"""Files whose tests start programs, browsers or compilers, or draw many random graphs: not for every save of a file."""


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.stem.removeprefix("test_") in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.option.no_skips and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _seeded():
    """Whatever ran before."""
    microbp.seed(0)


@pytest.fixture(scope="module")
def browser():
    """Chromium, driven by Playwright."""
    playwright = needs("playwright.sync_api").sync_playwright()
    if CHROMIUM is None:
        pytest.skip("needs the program chromium: install Chromium")
    with playwright as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser):
    """Opens a page in a window of its own, offline; at the end it has logged nothing, and asked for files alone."""
    contexts, complaints, requests = [], [], []

    def opened(url, width, height, **how):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **how)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url.partition(":")[0] for url in requests} <= {"file"}
