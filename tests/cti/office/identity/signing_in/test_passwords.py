import time

import pytest

from cti.base.refusal import Invalid
from cti.office.identity.signing_in.passwords import Passwords, check_policy, random_password


@pytest.mark.parametrize(
    "password",
    [
        "Ab1-short",
        "x" * 200 + "A1",
        "onlylowercase",
        "lower123456789",
        "Wang-fang-1001",
        "My.Login.42x",
        "Password-1999",
        "Aa1Aa1Aa1Aa1",
        "Hotline-2026",
        # Each passed: it has three kinds of characters, and is on every list of guesses.
        "P@ssw0rd2026",
        "Admin@12345",
        "12345Abcde",
        "1qaz@WSX3edc",
        "Woaini1314!!",
        "Zhangwei@1990",
        "Xiaoli-20010203",
        "!QAZ2wsx#EDC",
        "Welcome1234!",
        "",
    ],
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(Invalid, match="weak_password"):
        check_policy(password, "my.login", "王芳", "1001")


@pytest.mark.parametrize("password", ["Rain-over-7-hills", "春眠不觉晓 Spring 2026", "aB3$x" * 20])
def test_good_passwords_pass(password):
    check_policy(password, "my.login", "王芳", "1001")


def test_random_passwords_satisfy_the_policy_and_differ():
    made = {random_password() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        check_policy(one, "1001")


async def test_a_real_hash_matches_its_password_only():
    passwords = Passwords()
    stored = await passwords.hash("Rain-over-7-hills")
    assert stored.startswith("$argon2id$")
    assert await passwords.matches("Rain-over-7-hills", stored)
    assert not await passwords.matches("rain-over-7-hills", stored)
    assert not await passwords.matches("x", "no hash at all")
    assert not await passwords.matches("x", None)
    passwords.close()


async def test_a_login_does_not_hold_up_the_loop():
    import asyncio

    passwords = Passwords()
    lags: list[float] = []

    async def watch() -> None:
        while True:
            begun = time.perf_counter()
            spent = time.thread_time()
            await asyncio.sleep(0.001)
            # The loop's own processor time: what other processes take is not ours.
            lags.append(min(time.thread_time() - spent, time.perf_counter() - begun))

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(passwords.matches("x", None) for _ in range(5)))
    watching.cancel()
    assert len(lags) > 10 and max(lags) < 0.02
    passwords.close()


@pytest.mark.parametrize(
    "password", ["Changzhou@2026", "ChangZhou12345", "Ch@ngzhou2026!", "Tianningqu#123", "Jiangsu_1qaz2"]
)
def test_names_of_places_with_years_and_walks_are_refused(password: str) -> None:
    """Whoever knows where the hotline is tries these first."""
    with pytest.raises(Invalid, match="地名"):
        check_policy(password)
