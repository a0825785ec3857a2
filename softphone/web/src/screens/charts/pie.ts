/** Slices, for the pages that have some: the board's first page goes without. */
import { PieChart } from 'echarts/charts'
import { use } from 'echarts/core'

use([PieChart])
