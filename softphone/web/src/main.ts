import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import './design/tokens.css'
import './design/base.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { startClock } from './api/clock'
import { followUpdates } from './layout/update'
import { router } from './router'

startClock()
const app = createApp(App).use(createPinia())
followUpdates(router)
app.use(router).mount('#app')
