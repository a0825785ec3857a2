import { describe, expect, it } from 'vitest'
import { nameOf } from '@/screens/plugin-names'
import { componentOf } from '@/screens/registry'

describe('components of plugins', () => {
  it('are called by their plugin and file', () => {
    expect(nameOf('../../../../acd/web/SkillMatrix.vue')).toBe('acd/SkillMatrix')
    expect(nameOf('../../../../workflow/tickets/web/Trail.vue')).toBe('tickets/Trail')
    expect(() => nameOf('../../../../acd/SkillMatrix.vue')).toThrow()
  })

  it('are found beside the console', () => {
    expect(componentOf('acd/SkillMatrix')).not.toBeNull()
    expect(componentOf('acd/Nothing')).toBeNull()
  })
})
