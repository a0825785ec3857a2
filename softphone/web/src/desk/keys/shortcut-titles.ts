import { type Does, SHORTCUTS } from './shortcuts'

const TITLES: Readonly<Record<Does, string>> = {
  answer: '接听来电',
  end: '挂断 / 拒接',
  hold: '保持 / 取回',
  mute: '静音 / 取消静音',
  transfer: '转接',
  consult: '咨询',
  complete: '咨询中：完成转接',
  conference: '咨询中：三方通话',
  cancel: '咨询中：取回市民',
  leave: '三方中：退出',
  put_out: '三方中：请出对方',
  to_flow: '送入流程，结束后回到本座席',
  survey: '请市民评价，并结束通话',
  invite: '加人：同事或外线直接加入通话',
  emergency: '紧急转接，再按 1 至 4 呼叫 110、119、120、122',
  keypad: '拨号盘',
  pause: '暂停 / 恢复录音',
  ready: '就绪 / 结束话后处理',
  extend: '话后再留 60 秒',
  next: '到下一件未完成的事',
  call_back: '回拨刚才的来电',
  break: '小休',
  sign_out: '签出',
  forms: '到登记表单',
  form_before: '上一张表单',
  form_after: '下一张表单',
  help: '显示快捷键',
}
const SIGNS: Readonly<Record<string, string>> = { Slash: '/', Semicolon: ';', Comma: ',', Period: '.' }

/** A key as people call it: `F8`, `Alt+H`, `Alt+/`. */
export const keysOf = (code: string): string => (code.startsWith('F') ? code : `Alt+${SIGNS[code] ?? code.replace('Key', '')}`)

/** The keys of a call, as the help lists them. */
export const TITLED = [
  ...SHORTCUTS.map(([code, does]) => ({ keys: keysOf(code), title: TITLES[does] })),
  // Its button knows it: it is there for who may raise a hand.
  { keys: 'Alt+J', title: '举手求助 / 撤回' },
]
