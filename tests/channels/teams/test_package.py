"""`make teams-package` gives a package that Teams takes, or says what is missing."""

import io
import json
import zipfile

import pytest
from PIL import Image

from deploy.teams.package import APP_ID, ORGANISATION, SITE, CannotBuild, build

GIVEN = {
    APP_ID: "0d5f18e0-0000-4000-8000-00000000aaaa",
    SITE: "https://vejviser.example.dk/",
    ORGANISATION: 'Prøve "Kommune"',
}
# Microsoft's limits for the parts that a person can write (manifest 1.16).
LIMITS = {("name", "short"): 30, ("name", "full"): 100}
LIMITS |= {("description", "short"): 80, ("description", "full"): 4000, ("developer", "name"): 32}


@pytest.fixture
def package(tmp_path):
    with zipfile.ZipFile(build(GIVEN, tmp_path / "app.zip")) as opened:
        yield {name: opened.read(name) for name in opened.namelist()}


def test_the_package_holds_the_manifest_and_both_icons_and_nothing_else(package):
    assert set(package) == {"manifest.json", "color.png", "outline.png"}


def test_the_manifest_is_filled_in_and_within_microsofts_limits(package):
    manifest = json.loads(package["manifest.json"])
    assert "{" not in json.dumps(list(manifest["developer"].values()))
    assert manifest["id"] == manifest["bots"][0]["botId"] == GIVEN[APP_ID]
    assert manifest["developer"]["name"] == GIVEN[ORGANISATION]
    assert manifest["developer"]["websiteUrl"] == "https://vejviser.example.dk/"
    for (part, field), limit in LIMITS.items():
        assert 0 < len(manifest[part][field]) <= limit
    for commands in manifest["bots"][0]["commandLists"]:
        assert len(commands["commands"]) <= 10
        for command in commands["commands"]:
            assert len(command["title"]) <= 32
            assert len(command["description"]) <= 128


def test_the_bot_asks_only_to_be_spoken_to(package):
    manifest = json.loads(package["manifest.json"])
    assert "authorization" not in manifest, "no right to read what does not mention the bot"
    assert manifest["bots"][0]["scopes"] == ["personal", "team", "groupChat"]


def test_the_icons_are_as_teams_wants_them(package):
    colour, outline = (Image.open(io.BytesIO(package[n])) for n in ("color.png", "outline.png"))
    assert (colour.size, outline.size) == ((192, 192), (32, 32))
    seen = {pixel[:3] for pixel in outline.getdata() if pixel[3] > 0}
    assert seen == {(255, 255, 255)}, "the outline is white on nothing"
    assert any(pixel[3] == 0 for pixel in outline.getdata())


@pytest.mark.parametrize("name", [APP_ID, SITE, ORGANISATION])
def test_a_missing_setting_is_named(tmp_path, name):
    with pytest.raises(CannotBuild, match=name):
        build({**GIVEN, name: ""}, tmp_path / "app.zip")


@pytest.mark.parametrize(("name", "value"), [(APP_ID, "min-app"), (SITE, "http://example.dk")])
def test_a_setting_that_teams_would_refuse_is_refused_here(tmp_path, name, value):
    with pytest.raises(CannotBuild, match=name):
        build({**GIVEN, name: value}, tmp_path / "app.zip")


def test_the_same_settings_give_the_same_file(tmp_path):
    one, two = (build(GIVEN, tmp_path / name).read_bytes() for name in ("1.zip", "2.zip"))
    assert one == two
