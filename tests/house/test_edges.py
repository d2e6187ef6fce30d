"""Edges that import-linter cannot see point down too: foreign keys, migrations, addresses and templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.urls import URLResolver, get_resolver

from tests.house.layers import layers, points_down

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: Whom a folder of templates belongs to. The frame of every page, the components and the pages that say that
#: something went wrong belong to the design system; the front door's folder also holds the gallery's examples.
OWNERS = {
    "components": "slip.design_system",
    "errors": "slip.design_system",
    "emails": "slip.design_system",
    "pages/gallery": "slip.design_system",
    "pages": "slip.pages",
    "lg_inform": "lg_inform",
}
TOP_TEMPLATES = {"base.html", "400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"}
#: The frame links to the main pages by name, and draws a link only where the page exists.
FRAME = {"components/service_navigation.html", "components/service_footer.html"}

INCLUDE = re.compile(r"{%-?\s*(?:include|extends)\s+([^\s%]+)")
URL = re.compile(r"{%-?\s*url\s+([^\s%]+)(.*?)%}")


def package_of(app_label: str) -> str | None:
    """The package of an app of ours; None for a library's."""
    name = apps.get_app_config(app_label).name
    return name if name in layers() else None


def own_models() -> Iterator[type]:
    for model in apps.get_models(include_auto_created=True):
        if package_of(model._meta.app_label):
            yield model


def test_foreign_keys_point_down():
    user = settings.AUTH_USER_MODEL.lower()
    edges, wrong = 0, []
    for model in own_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if target is None or field.auto_created or isinstance(target, str):
                continue
            own, other = package_of(model._meta.app_label), package_of(target._meta.app_label)
            if other is None or target._meta.label_lower == user:
                continue
            edges += 1
            if not points_down(own, other):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong
    assert edges > 5


def test_migrations_depend_downwards():
    graph = MigrationLoader(None).graph
    wrong = []
    for (app, name), node in graph.node_map.items():
        own = package_of(app)
        for parent in node.parents:
            other = package_of(parent.key[0])
            if own is None and other is not None and parent.key[0] != settings.AUTH_USER_MODEL.split(".")[0]:
                wrong.append(f"{app}.{name} → {parent.key}")
            if own is not None and other is not None and not points_down(own, other):
                wrong.append(f"{app}.{name} → {parent.key}")
    assert not wrong


def owner_of(template: str) -> str:
    """Whose a template is, by the folder it lies in."""
    if "/" not in template:
        assert template in TOP_TEMPLATES, f"nobody owns templates/{template}"
        return "slip.design_system"
    for folder, package in OWNERS.items():
        if template.startswith(f"{folder}/"):
            return package
    raise AssertionError(f"nobody owns templates/{template}")


def templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def quoted(argument: str) -> str | None:
    """The text between quotes; None for a variable."""
    return argument[1:-1] if argument[:1] in "\"'" and argument[-1:] == argument[:1] else None


def test_every_folder_of_templates_has_an_owner_in_the_house():
    assert {owner_of(name) for name in templates()} <= layers().keys()


def test_includes_and_extends_point_down():
    edges, wrong = 0, []
    for name in templates():
        for argument in INCLUDE.findall((TEMPLATES / name).read_text(encoding="utf-8")):
            target = quoted(argument)
            # What is included by a variable: the gallery's own examples, and the widgets of a form.
            if target is None:
                assert owner_of(name) == "slip.design_system", f"{name} includes {argument}"
                continue
            if not (TEMPLATES / target).exists() and (TEMPLATES / "components/forms" / target).exists():
                target = f"components/forms/{target}"
            edges += 1
            if target.startswith("django/"):
                continue
            assert (TEMPLATES / target).is_file(), f"{name} includes {target}, which is not there"
            if not points_down(owner_of(name), owner_of(target)):
                wrong.append(f"{name} → {target}")
    assert not wrong
    assert edges > 50


def namespaces() -> dict[str, str]:
    """Each namespace of addresses with the package whose module it is."""
    found = {}
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and entry.namespace:
            package = entry.urlconf_module.__name__.removesuffix(".urls")
            found[entry.namespace] = package
    return found


def test_addresses_in_templates_point_down():
    owners, edges, wrong = namespaces(), 0, []
    for name in templates():
        for argument, rest in URL.findall((TEMPLATES / name).read_text(encoding="utf-8")):
            address = quoted(argument)
            assert address is not None, f"{name} takes an address from a variable: {argument}"
            edges += 1
            if name in FRAME:
                # Quiet where the page does not exist: that is what `as` does.
                assert " as " in rest, f"{name} would fail without {address}"
                continue
            other = owners[address.partition(":")[0]]
            if not points_down(owner_of(name), other):
                wrong.append(f"{name} → {address}")
    assert not wrong
    assert edges > 5


def names_reversed(path: Path) -> Iterator[str]:
    """Names of addresses that a module asks for in `reverse`, `redirect` or `resolve_url`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if called in ("reverse", "reverse_lazy", "redirect", "resolve_url") and isinstance(first, ast.Constant):
            yield str(first.value)


def test_addresses_in_code_point_down():
    owners, edges, wrong = namespaces(), 0, []
    for package in layers():
        folder = Path(settings.BASE_DIR, *package.split("."))
        for path in folder.rglob("*.py") if folder.is_dir() else []:
            for address in names_reversed(path):
                edges += 1
                if not points_down(package, owners[address.partition(":")[0]]):
                    wrong.append(f"{path.name} → {address}")
    assert not wrong
    assert edges > 0


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("lg_inform", "slip.directory", True),
        ("slip.directory", "lg_inform", False),
        ("slip.audit", "slip.outbox", False),
        ("slip.pages", "slip.design_system", True),
        ("lg_inform", "lg_inform", True),
    ],
)
def test_the_order_is_read_from_the_contract(source: str, target: str, allowed: bool):
    assert points_down(source, target) is allowed
