"""What the asset build leaves behind: no download addresses, no foreign fonts, nothing that points elsewhere."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BUILT = ROOT / "static_built"


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of a colour like #0b5563."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture(scope="module")
def stylesheet() -> str:
    return (BUILT / "slip.css").read_text(encoding="utf-8")


def test_the_lock_file_records_no_addresses():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    assert not re.search(r"https?://|git\+|ssh://", text)
    assert all(
        "integrity" in entry for name, entry in json.loads(text)["packages"].items() if name.startswith("node_modules/")
    )


def test_packages_are_pinned_exactly():
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert package["private"] is True
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())


def test_the_build_makes_these_files_and_no_others():
    made = {path.relative_to(BUILT).as_posix() for path in BUILT.rglob("[!.]*") if path.is_file()}
    font = "fonts/atkinson-hyperlegible-next"
    assert made == {
        "slip.css",
        "govuk-frontend.min.js",
        "plotly-basic.min.js",
        *(f"{font}-{subset}-{weight}-normal.woff2" for subset in ("latin", "latin-ext") for weight in (400, 700)),
    }


def test_the_stylesheet_has_no_transport_no_crest_and_no_address(stylesheet):
    assert "GDS Transport" not in stylesheet
    assert "crest" not in stylesheet
    addresses = re.findall(r"url\(\"?([^)\"]+)", stylesheet)
    assert addresses
    for address in addresses:
        assert (BUILT / address).is_file()


def test_no_script_points_at_a_source_map_that_is_not_there():
    for script in BUILT.glob("*.js"):
        assert "sourceMappingURL" not in script.read_text(encoding="utf-8")


def test_text_colours_reach_the_contrast_that_wcag_asks_for(stylesheet):
    colours = dict(re.findall(r"--slip-([\w-]+):\s?(#[0-9a-f]{6})", stylesheet))
    for name in ("brand", "brand-dark", "ink", "muted", "better", "worse"):
        assert contrast(colours[name], "#ffffff") >= 4.5, name
    for name in ("better", "worse"):
        assert contrast(colours[name], colours[f"{name}-tint"]) >= 4.5, name
    assert contrast(colours["brand"], colours["brand-tint"]) >= 4.5
    assert contrast(colours["muted"], colours["paper"]) >= 4.5
    # Graphics need 3:1 (1.4.11).
    for name in ("group", "benchmark", *(f"series-{number}" for number in range(1, 7))):
        assert contrast(colours[name], "#ffffff") >= 3, name
    assert contrast(colours["accent"], colours["brand"]) >= 3
