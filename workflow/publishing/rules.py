"""Permissions, and the words for what a publication can be."""

from __future__ import annotations

from cti.office.screens.description import Tone

SEE, WRITE, REVIEW = "publishing.see", "publishing.write", "publishing.review"
MANAGE, EXPORT = "publishing.manage", "publishing.export"
BASE = "/api/publishing"
PUBLICATIONS, SHOWN = f"{BASE}/publications", f"{BASE}/shown"
KIND = "publication"

SECTIONS = {"news": "新闻资讯", "notice": "通知公告", "about": "中心介绍", "topic": "热点聚焦", "case": "典型案例"}
MATTERS = {"policy": "政策法规", "service": "服务变动", "event": "重要活动", "emergency": "应急措施", "other": "其他"}
CHANNELS = {"portal": "门户网站", "wechat": "微信公众号", "app": "移动端"}
STAGES = {"draft": "采编中", "review": "待审核", "published": "已审核", "withdrawn": "已撤下"}
STAGE_TONES: dict[str, Tone] = {"draft": "break", "review": "talk", "published": "ready", "withdrawn": "off"}
STATES = {"none": "未发布", "waiting": "待发布", "live": "已发布", "withdrawn": "已撤下"}
STATE_TONES: dict[str, Tone] = {"none": "off", "waiting": "talk", "live": "ready", "withdrawn": "ring"}
