from pathlib import Path

from setup.sources import Source, as_deb822, debian_archive, machine_sources, parse_deb822, parse_one_line

DEB822 = """\
# the machine's archive
Types: deb deb-src
URIs: http://mirror.example/debian http://other.example/debian
Suites: trixie trixie-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp

Types: deb
URIs: http://mirror.example/debian-security
Suites: trixie-security
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: trixie
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
"""


def test_deb822_gives_one_source_for_each_address_and_leaves_out_what_is_off_or_source_code() -> None:
    found = list(parse_deb822(DEB822))
    assert [source.uri for source in found] == [
        "http://mirror.example/debian",
        "http://other.example/debian",
        "http://mirror.example/debian-security",
    ]
    assert found[0].suites == ("trixie", "trixie-updates")
    assert found[0].components == ("main", "contrib")
    assert found[0].options == {"Signed-By": "/usr/share/keyrings/debian-archive-keyring.pgp"}


def test_deb822_keeps_a_key_written_into_the_file_over_several_lines() -> None:
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----"
    text = f"Types: deb\nURIs: http://a.example/debian\nSuites: sid\nComponents: main\nSigned-By: {key}\n"
    (source,) = parse_deb822(text)
    assert source.options["Signed-By"] == key
    assert list(parse_deb822(as_deb822(source))) == [source]


def test_one_line_format_with_options_and_comments() -> None:
    text = """
# deb http://comment.example/debian trixie main
deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.example/debian/ trixie main contrib # trailing
deb-src http://mirror.example/debian trixie main
deb http://flat.example/repo ./
"""
    first, flat = parse_one_line(text)
    assert first == Source(
        "http://mirror.example/debian/",
        ("trixie",),
        ("main", "contrib"),
        {"Architectures": "amd64 arm64", "Signed-By": "/k.gpg"},
    )
    assert flat == Source("http://flat.example/repo", ("./",), ())


def test_a_flat_source_has_no_components_line() -> None:
    assert as_deb822(Source("file:/repo", ("./",), (), {"Trusted": "yes"})) == (
        "Types: deb\nURIs: file:/repo\nSuites: ./\nTrusted: yes\n"
    )


def test_the_machines_sources_are_read_from_all_files_of_both_formats(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://one.example/debian trixie main\n")
    (parts / "two.list").write_text("deb http://two.example/x trixie main\n")
    (parts / "three.sources").write_text(DEB822)
    (parts / "three.sources.bak").write_text("Types: deb\nURIs: http://bak.example/\nSuites: x\n")
    hosts = [source.uri for source in machine_sources(tmp_path)]
    assert hosts[:2] == ["http://one.example/debian", "http://two.example/x"]
    assert len(hosts) == 5
    assert machine_sources(tmp_path / "absent") == []


def test_the_debian_archive_is_told_from_security_third_parties_and_local_folders() -> None:
    local = Source("file:/usr/share/debian", ("trixie",), ("main",))
    docker = Source("https://docker.example/linux/debian", ("trixie",), ("stable",))
    third = Source("https://third.example/debian", ("trixie",), ("main",), {"Signed-By": "/etc/third.gpg"})
    security = Source("http://mirror.example/debian-security", ("trixie-security",), ("main",))
    archive = Source(
        "mirror+file:/etc/apt/mirrors/debian.list",
        ("trixie", "trixie-updates"),
        ("main",),
        {"Signed-By": "/usr/share/keyrings/debian-archive-keyring.gpg"},
    )
    plain = Source("http://mirror.example/debian", ("bookworm",), ("main", "contrib"))
    assert debian_archive([local, docker, third, security, plain, archive]) is archive
    assert debian_archive([third, plain]) is plain
    assert debian_archive([local, docker, security]) is None


def test_ubuntu_has_no_debian_archive() -> None:
    ubuntu = Source("http://archive.example/ubuntu/", ("noble", "noble-updates"), ("main", "universe"))
    assert debian_archive([ubuntu]) is None
