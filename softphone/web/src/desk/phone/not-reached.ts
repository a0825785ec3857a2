import type { NotReached } from '@/api/types'

const OWN: Readonly<Record<NotReached['result'], string>> = {
  answered: '',
  busy: '您的话机正忙，没有拨出',
  rejected: '',
  no_answer: '您的话机无人接听，没有拨出',
  unreachable: '您的话机没有接通，请确认话机在线后再拨',
  failed: '没有拨出，请稍后再试',
  cancelled: '',
}
const OTHER: Readonly<Record<NotReached['result'], string>> = {
  answered: '',
  busy: '对方占线，没有接通',
  rejected: '对方拒接，没有接通',
  no_answer: '对方无人接听',
  unreachable: '号码无法接通',
  failed: '线路故障，没有接通',
  cancelled: '',
}

/** Why a call that was begun by one click came to nothing; empty where the agent ended it himself. */
export function whyNotReached({ who, result }: NotReached): string {
  return (who === 'agent' ? OWN : OTHER)[result]
}
