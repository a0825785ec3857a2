"""What FreeSWITCH counted of a leg's sound, in the variables of its end."""

from __future__ import annotations

from collections.abc import Callable

from cti.telephony.quality import LegQuality

CODEC = "read_codec"
PACKETS, SENT = "rtp_audio_in_media_packet_count", "rtp_audio_out_media_packet_count"
LOSS = "rtp_audio_in_jitter_loss_rate"
FAR = "remote_media_ip"
COUNTED = (CODEC, PACKETS, SENT, LOSS, FAR)
_CODECS = {"PCMA": "alaw", "PCMU": "ulaw", "GSM": "gsm", "OPUS": "opus", "G729": "g729"}


def leg_quality(variable: Callable[[str], str]) -> LegQuality | None:
    """Of a leg's variables; None when it had no sound.

    The loss is a share of what came (`burstr_calculate` in `switch_rtp.c`), worked out every five seconds: of a shorter
    leg it is 0. It keeps no jitter of RFC 3550 and does not tell here what the far end reports.
    """
    try:
        packets, sent = int(variable(PACKETS) or 0), int(variable(SENT) or 0)
        lost = round(float(variable(LOSS) or 0) * packets)
    except ValueError:
        return None
    if not packets and not sent:
        return None
    codec = variable(CODEC)
    return LegQuality(
        codec=_CODECS.get(codec.upper(), codec.lower()), packets=packets, lost=lost, sent=sent, far=variable(FAR)
    )
