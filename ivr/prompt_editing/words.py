"""Words of the prompt library for people."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.prompts.bounds import LONGEST

FAILURES: Mapping[str, str] = {
    "not_sound": "不是可以识别的音频文件（可用 WAV、MP3、M4A、AAC、OGG、FLAC、AMR、WebM、WMA 等）",
    "no_track": "文件里没有声音",
    "broken": "文件已损坏，无法读完",
    "too_heavy": "文件异常，处理时占用过多内存或时间，已停止",
    "too_short": "录音不足 0.1 秒",
    "too_long": f"录音超过 {LONGEST / 60:.0f} 分钟，请剪短后再上传",
    "silent": "没有听到声音，请检查录音",
    "full": "服务器磁盘空间不足，没有保存",
    "no_voice": "语音合成失败：合成引擎不可用，或文字无法朗读",
    "nothing_to_say": "没有可以朗读的文字",
    "no_answer": "话机没有接听",
    "busy": "话机正忙，请结束通话后再试",
    "unreachable": "话机不在线，请先登录话机",
    "hung_up": "没有录到声音就挂机了",
    "switch": "交换机暂时不可用，请稍后再试",
}

STEPS: Mapping[str, str] = {
    "": "正在准备",
    "waiting": "正在排队等候合成",
    "speaking": "正在合成",
    "calling": "正在呼叫您的话机，请接听",
    "recording": "请在提示音后朗读，按 # 键结束",
    "choosing": "请在话机上按键：1 保留，2 重录，3 重听",
    "processing": "正在处理：裁去静音、均衡音量",
}

WARNINGS: Mapping[str, str] = {
    "clipped": "录音过响，有削波失真",
    "quiet": "录音音量很小，放大后可能有杂音",
    "narrow": "电话音质（8 kHz）",
}

VOICES: Mapping[str, str] = {
    "zf_xiaobei": "小北（女声，推荐）",
    "zf_xiaoni": "小妮（女声）",
    "zf_xiaoxiao": "小晓（女声）",
    "zf_xiaoyi": "小艺（女声）",
    "zm_yunjian": "云健（男声）",
    "zm_yunxi": "云希（男声）",
    "zm_yunxia": "云夏（男声）",
    "zm_yunyang": "云扬（男声）",
}
