/** Modules of the component library: Element Plus and what it alone needs. */
export const LIBRARY = /node_modules[\\/](element-plus|@element-plus|@floating-ui|@popperjs|async-validator|dayjs|lodash-es|lodash-unified|memoize-one|normalize-wheel-es|@ctrl[\\/]tinycolor|@sxzz[\\/]popperjs-es|@vueuse)[\\/]/
