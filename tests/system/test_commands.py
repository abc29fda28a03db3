"""The program's commands that need no upstream."""
import json

import pytest
from conftest import DEMO, ROOT, run, settings


@pytest.mark.parametrize("command", ["serve", "check", "password", "health"])
def test_every_command_explains_itself_with_an_example(command):
    done = run(command, "--help")
    assert done.returncode == 0
    assert "Example:\n  " in done.stdout


def test_the_version_is_the_project_s():
    line = next(x for x in (ROOT / "CMakeLists.txt").read_text().splitlines() if x.startswith("project("))
    assert run("--version").stdout.split()[1] in line


def test_a_wrong_command_line_is_exit_code_2():
    assert run().returncode == 2
    assert run("fly").returncode == 2
    assert run("serve").returncode == 2


def test_password_prints_a_hash_that_differs_each_time_and_never_the_password():
    first, second = (run("password", text="correct horse\n").stdout for _ in range(2))
    assert first.startswith("scrypt$") and second.startswith("scrypt$")
    assert first != second
    assert "horse" not in first


def test_password_without_a_password_is_refused():
    assert run("password", text="").returncode == 1


def test_check_accepts_the_demo():
    done = run("check", "--config", DEMO)
    assert (done.returncode, done.stderr) == (0, "")


def test_check_reports_every_finding_on_a_line_with_its_place(tmp_path):
    config = settings(treads=1)
    config["bridges"][0]["listen"] = "nowhere"
    file = tmp_path / "c.jsonc"
    file.write_text(json.dumps(config, indent=1))
    done = run("check", "--config", file)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert all(line.startswith(f"{file}:") for line in lines)
    assert any('did you mean "threads"?' in line for line in lines)
    assert any("not an address and port" in line for line in lines)


def test_check_of_a_missing_file_is_exit_code_2(tmp_path):
    assert run("check", "--config", tmp_path / "none.jsonc").returncode == 2


def test_check_binds_nothing(serve):
    running = serve()
    env = {"CASEBRIDGE_ADMIN_LISTEN": f"127.0.0.1:{running.admin_port}"}
    assert run("check", "--config", DEMO, env=env).returncode == 0


def test_serve_refuses_the_demo_beyond_loopback():
    done = run("serve", "--config", DEMO, env={"CASEBRIDGE_LISTEN_TRACECAT_DEMO": "0.0.0.0:0"})
    assert done.returncode == 1
    assert "with the demo's credentials" in done.stderr
    assert "secret_file is missing" in done.stderr


def test_serve_says_which_address_it_cannot_have():
    config = {"CASEBRIDGE_ADMIN_LISTEN": "127.0.0.1:0", "CASEBRIDGE_LISTEN_TRACECAT_DEMO": "127.0.0.256:8080"}
    done = run("serve", "--config", DEMO, env=config)
    assert done.returncode == 2
    assert "127.0.0.256" in done.stderr
