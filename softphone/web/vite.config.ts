import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import Components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'
import { LIBRARY } from './library.mjs'
import { HOUSE, imports } from './plugins.mjs'

const server = process.env.HOTLINE_SERVER ?? 'http://127.0.0.1:8345'

export default defineConfig({
  plugins: [imports(), vue(), Components({ dirs: [], dts: 'components.d.ts', resolvers: [ElementPlusResolver()] })],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    host: '127.0.0.1',
    fs: { allow: [HOUSE] },
    proxy: { '/api': server, '/ws': { target: server, ws: true } },
  },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'echarts', test: /node_modules[\\/](echarts|zrender)[\\/](?!.*[\\/]pie[\\/])/, priority: 3 },
            { name: 'jssip', test: /node_modules[\\/](jssip|sdp-transform|events|debug|ms)[\\/]/, priority: 3 },
            { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router|pinia)[\\/]/, priority: 3 },
            // Icons that pages import by name. `all-icons` has every icon: those that it alone has stay with it.
            { name: 'icons', test: /node_modules[\\/]@lucide[\\/]/, minShareCount: 2, priority: 2 },
            // What many pages need of the library, with its sheets; a table's editor or a calendar stay where they are used.
            { name: 'element', test: LIBRARY, minShareCount: 6, priority: 1 },
            // Our own small pieces that many pages need: a file each would be twenty requests more for a page.
            { name: 'shared', test: /[\\/]web[\\/]src[\\/](api|design|screens|words)[\\/]/, minShareCount: 10 },
            // What comes together comes in one file: what frames every page, the dock of a call, an article as it is read.
            { name: 'frame', test: /[\\/]web[\\/]src[\\/](layout[\\/](keys|badges)|desk[\\/]shortcuts|inbox[\\/]inbox|phone[\\/]own-phone|words[\\/](states|emergency))\.ts/ },
            { name: 'entry', test: /[\\/]web[\\/]src[\\/]desk[\\/](said|forms[\\/]open-forms|phone[\\/]targets)\.ts/ },
            { name: 'dock', test: /[\\/]web[\\/]src[\\/](desk[\\/]CallDock|design[\\/]FloatingDock)/ },
            { name: 'article', test: /[\\/]knowledge[\\/]web[\\/](article|ArticleBody|ArticleHelped|MarkedText|scenarios|standing)/ },
          ],
        },
      },
    },
  },
})
