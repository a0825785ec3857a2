/** Every icon of lucide, for menus that name an unusual one; loaded only then. */
import { icons as all, type LucideIcon } from '@lucide/vue'

export const icons: Readonly<Record<string, LucideIcon>> = all
