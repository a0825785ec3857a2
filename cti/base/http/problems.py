"""Errors as problem+json (RFC 9457): Chinese for people, a stable code for programs, the field that is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pydantic
from aiohttp import web
from pydantic_core import ErrorDetails

from cti.base.refusal import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, TooMany

STATUS: dict[type[Refusal], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Invalid: 422,
    TooMany: 429,
}

HTTP_TITLES = {
    400: ("bad_request", "请求格式有误"),
    404: ("not_found", "未找到"),
    405: ("method_not_allowed", "不支持此操作"),
    413: ("too_large", "提交的内容过大"),
    415: ("not_json", "请以 JSON 提交"),
    416: ("range", "请求的范围无效"),
    500: ("internal", "系统内部错误"),
    503: ("unavailable", "服务暂不可用"),
}

SAYINGS = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文字",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不正确",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "应为以下之一：{expected}",
    "enum": "应为以下之一：{expected}",
    "datetime_parsing": "时间格式不正确",
    "datetime_from_date_parsing": "时间格式不正确",
    "timezone_aware": "时间应带时区",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "json_invalid": "不是有效的 JSON",
}


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    field: str | None = None,
    headers: dict[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> web.Response:
    """The response; `more` are members beside the standard ones (RFC 9457 3.2)."""
    content: dict[str, Any] = {
        **(more or {}),
        "type": f"urn:hotline:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if field is not None:
        content["field"] = field
    return web.Response(
        status=status,
        body=json.dumps(content, ensure_ascii=False).encode(),
        content_type="application/problem+json",
        headers=headers,
    )


def of_refusal(refusal: Refusal) -> web.Response:
    """What a service refused."""
    headers = {"Retry-After": str(max(1, round(refusal.retry_after)))} if isinstance(refusal, TooMany) else None
    status = next((status for kind, status in STATUS.items() if isinstance(refusal, kind)), 400)
    return problem(status, refusal.code, refusal.title, refusal.detail, refusal.field, headers, refusal.more)


def of_status(status: int, detail: str | None = None, headers: dict[str, str] | None = None) -> web.Response:
    """What the host itself refuses."""
    code, title = HTTP_TITLES.get(status, (f"http_{status}", "请求失败"))
    return problem(status, code, title, detail or title, headers=headers)


def invalid(error: pydantic.ValidationError, *, field: str = "") -> Invalid:
    """The first thing that a model complains of, in Chinese, with its field."""
    found = error.errors(include_url=False)[0]
    name = ".".join(str(part) for part in found["loc"]) or field
    detail = saying(found)
    return Invalid("invalid", f"{name}：{detail}" if name else detail, name or None)


def saying(error: ErrorDetails) -> str:
    """One complaint of a model in Chinese."""
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", "")) or "格式不正确"
    return SAYINGS.get(error["type"], "格式不正确").format_map(error.get("ctx", {}))
