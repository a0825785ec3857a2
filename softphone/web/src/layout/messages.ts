/** Messages that code raises, with the styles that the templates' resolver would bring. */
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-message-box.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-overlay.css'

export { ElMessage, ElMessageBox } from 'element-plus'
