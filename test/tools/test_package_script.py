"""tools/package and the hook for certbot from outside: what is in the package, and what it does to a system."""

import os
import pathlib
import shutil
import stat
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GROTTO_BUILD", TOP / "build"))
pytestmark = pytest.mark.skipif(shutil.which("dpkg-shlibdeps") is None, reason="makes packages on Debian only")


def run(*words, **environment):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, env=os.environ | environment)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What `meson install` puts in place, as with --prefix=/usr."""
    to = tmp_path_factory.mktemp("installed")
    done = run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", DESTDIR=str(to))
    assert done.returncode == 0, done.stderr
    (to / "usr/local").rename(to / "local")
    shutil.rmtree(to / "usr")
    (to / "local").rename(to / "usr")
    return to


@pytest.fixture(scope="module")
def package(installed, tmp_path_factory):
    to = tmp_path_factory.mktemp("package")
    done = run(TOP / "tools/package", "--no-install", "--from", installed, "--to", to)
    assert done.returncode == 0, done.stderr
    (file,) = to.glob("*.deb")
    assert done.stdout == f"{file}\n"
    return file


def fields(package):
    return dict(line.split(": ", 1) for line in run("dpkg-deb", "--field", package).stdout.splitlines() if not line.startswith(" "))


def contents(package):
    """{path: (mode, owner)}"""
    found = {}
    for line in run("dpkg-deb", "--contents", package).stdout.splitlines():
        mode, owner, _, _, _, path = line.split(None, 5)
        found[path.lstrip(".")] = (mode, owner)
    return found


def test_it_names_itself_and_the_libraries_that_it_needs(package):
    told = fields(package)
    assert told["Package"] == "grotto" and told["Version"].startswith("0.1.0+git")
    for library in ("libuv1", "libc6", "libsodium"):
        assert library in told["Depends"]


def test_it_holds_programs_unit_user_and_documents_and_all_is_roots(package):
    found = contents(package)
    for path in ("/usr/bin/grottod", "/usr/bin/grotto", "/usr/bin/grotto-load"):
        assert found[path][0] == "-rwxr-xr-x"
    for path in (
        "/etc/default/grottod", "/usr/lib/systemd/system/grottod.service", "/usr/lib/sysusers.d/grotto.conf", "/usr/lib/tmpfiles.d/grotto.conf",
        "/usr/share/doc/grotto/docs/operating.md", "/usr/share/doc/grotto/docs/chat.md", "/usr/share/doc/grotto/dist/fail2ban/filter.d/grotto.conf",
    ):  # fmt: skip
        assert found[path][0] == "-rw-r--r--", path
    assert {owner for _, owner in found.values()} == {"root/root"}


def test_its_scripts_are_good_shell_and_its_settings_are_kept(package, tmp_path):
    run("dpkg-deb", "--control", package, tmp_path)
    assert (tmp_path / "conffiles").read_text() == "/etc/default/grottod\n"
    for name in ("postinst", "prerm", "postrm"):
        assert run("sh", "-n", tmp_path / name).returncode == 0
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o755


def test_the_same_tree_gives_the_same_package(package, installed, tmp_path):
    assert run(TOP / "tools/package", "--no-install", "--from", installed, "--to", tmp_path).returncode == 0
    assert (tmp_path / package.name).read_bytes() == package.read_bytes()


def test_a_folder_without_the_programs_gets_a_sentence(tmp_path):
    done = run(TOP / "tools/package", "--no-install", "--from", tmp_path, "--to", tmp_path / "to")
    assert done.returncode == 70 and done.stderr == "There is no usr/bin/grotto in it.\n"


# ---- The hook for certbot


def test_certbots_hook_puts_both_files_in_place_and_has_them_read(tmp_path):
    lineage, to, programs = (tmp_path / name for name in ("lineage", "to", "programs"))
    for folder in (lineage, to, programs):
        folder.mkdir()
    (lineage / "fullchain.pem").write_text("new certificate")
    (lineage / "privkey.pem").write_text("new key")
    (to / "privkey.pem").write_text("old key")
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" $(cat {to}/fullchain.pem {to}/privkey.pem) > {tmp_path}/told\n')
    (programs / "systemctl").chmod(0o755)
    done = run(
        TOP / "dist/certbot/grottod", RENEWED_LINEAGE=str(lineage), GROTTO_TLS_FOLDER=str(to), GROTTO_TLS_GROUP=str(os.getgid()),
        PATH=f"{programs}:{os.environ['PATH']}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "told").read_text() == "reload grottod new certificatenew key\n"
    assert sorted(each.name for each in to.iterdir()) == ["fullchain.pem", "privkey.pem"]
    assert stat.S_IMODE((to / "privkey.pem").stat().st_mode) == 0o640


def test_certbots_hook_without_a_certificate_changes_nothing(tmp_path):
    done = run(TOP / "dist/certbot/grottod", RENEWED_LINEAGE=str(tmp_path / "none"), GROTTO_TLS_FOLDER=str(tmp_path), GROTTO_TLS_GROUP=str(os.getgid()))
    assert done.returncode != 0 and list(tmp_path.iterdir()) == []
