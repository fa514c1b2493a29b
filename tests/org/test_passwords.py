"""7.3.2 What is no good as a password, and why."""

import pytest

from zhidu.kernel.problem import Malformed
from zhidu.org import passwords


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short-one", "12"),
        ("password123456", "常见"),
        ("Password2026!!", "常见"),
        ("qwertyuiop123", "常见"),
        ("woaini1314520", "常见"),
        ("1qaz2wsx3edc4rfv", "常见"),
        ("aaaaaaaaaaaaaaaa", "常见"),
        ("111222333444555", "常见"),
        ("ｐａｓｓｗｏｒｄ１２３４５６", "常见"),
        ("我爱你中国我爱你中国我爱你", "常见"),
        ("xx-service-agent-x7k", "登录名"),
        ("客服专员的好密码七八九十", "姓名"),
        ("kefuzhuanyuan-x7k2", "姓名"),
    ],
)
def test_what_others_would_guess_is_refused(password: str, why: str):
    with pytest.raises(Malformed) as refused:
        passwords.check(password, login="service-agent", name="客服专员")
    assert why in refused.value.errors[0].detail.zh


@pytest.mark.parametrize(
    "password",
    ["five-green-kettles", "correct horse battery staple", "梅雨季节的蓝色自行车真好看", "Tr0ub4dor&3-kettles"],
)
def test_unrelated_words_are_good(password: str):
    passwords.check(password, login="service-agent", name="客服专员")


async def test_one_spelling_whatever_the_keyboard():
    kept = await passwords.hashed("ｆｉｖｅ-green-kettles ")
    assert await passwords.matches("five-green-kettles", kept)
    assert not await passwords.matches("five-green-kettle", kept)
    assert not await passwords.matches("five-green-kettles", None)
    assert not await passwords.matches("five-green-kettles", "no hash at all")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not passwords.outdated(kept)
